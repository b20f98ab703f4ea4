import DeepSeekInference
import DeepSeekServer
import Testing

@Suite struct MoneyTests {
    @Test func readsAndWrites() throws {
        for (text, nano, back) in [
            ("0", 0, "0.00"), ("12", 12_000_000_000, "12.00"), ("0.14", 140_000_000, "0.14"),
            ("-3.5", -3_500_000_000, "-3.50"), ("0.000000001", 1, "0.000000001"),
            ("9223372036.854775807", Int.max, "9223372036.854775807"),
        ] {
            let money = try #require(Money(text))
            #expect(money.nano == nano)
            #expect(money.description == back)
        }
        for text in ["", "-", ".", "1.", ".5", "1.0000000001", "1e3", "9223372037", "+1", "--1", "1.2.3", "٣", " 1"] {
            #expect(Money(text) == nil, "\(text)")
        }
    }

    @Test func pricesAreWholePerToken() {
        #expect(Price.perToken(perMillion: "0.014") == 14)
        #expect(Price.perToken(perMillion: "0.0145") == nil)
        #expect(Price.perToken(perMillion: "-1") == nil)
        #expect(Price.perMillion(perToken: 14) == "0.014")
    }

    @Test func chargesTheRestAfterFreeTokens() {
        let price = Price(cacheHit: 14, cacheMiss: 140, output: 280)
        let usage = TokenUsage(promptTokens: 100, completionTokens: 50, promptCacheHitTokens: 40)
        for (free, used, cost) in [
            (0, 0, 40 * 14 + 60 * 140 + 50 * 280), (40, 40, 60 * 140 + 50 * 280), (70, 70, 30 * 140 + 50 * 280),
            (149, 149, 280), (150, 150, 0), (1_000, 150, 0), (-5, 0, 40 * 14 + 60 * 140 + 50 * 280),
        ] {
            let charge = Charge(usage, price: price, freeTokens: free)
            #expect(charge.freeTokens == used)
            #expect(charge.cost.nano == cost)
        }
    }
}

import DeepSeekBenchmarking
import DeepSeekInference
import Testing

@Suite struct LengthDistributionTests {
    @Test(arguments: [
        ("128", LengthDistribution.fixed(128)), ("7-7", .fixed(7)), ("64-256", .uniform(64...256)),
        ("normal:128,32.5", .normal(mean: 128, deviation: 32.5)), ("exponential:100", .exponential(mean: 100)),
    ])
    func isRead(text: String, expected: LengthDistribution) throws {
        #expect(try LengthDistribution(text) == expected)
    }

    @Test(arguments: [
        "", "0", "-3", "5-", "9-3", "1-2-3", "1.5", "normal:3", "normal:3,x", "normal:nan,1", "exponential:",
        "poisson:3",
        "exponential:1e99", "99999999999999999999", "normal",
    ])
    func isRefused(text: String) {
        let error = #expect(throws: ServingError.self) { try LengthDistribution(text) }
        #expect(error?.code == .badLengths && error?.message.contains("normal:MEAN,DEVIATION") == true)
    }

    @Test func samplesAreDistributedSo() throws {
        var random = RandomGenerator(seed: 5)
        func samples(_ text: String) throws -> [Int] {
            let distribution = try LengthDistribution(text)
            return (0..<20_000).map { _ in distribution.sample(&random) }
        }
        func moments(_ values: [Int]) -> (mean: Double, deviation: Double) {
            let mean = Double(values.reduce(0, +)) / Double(values.count)
            let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            return (mean, (squares / Double(values.count)).squareRoot())
        }
        #expect(Set(try samples("9")) == [9])
        #expect(Set(try samples("3-6")) == [3, 4, 5, 6])
        let normal = moments(try samples("normal:200,30"))
        #expect(abs(normal.mean - 200) < 2 && abs(normal.deviation - 30) < 2, "\(normal)")
        let exponential = moments(try samples("exponential:100"))
        #expect(abs(exponential.mean - 100) < 5 && abs(exponential.deviation - 100) < 5, "\(exponential)")
        #expect(try samples("normal:0,50").allSatisfy { $0 >= 1 })
    }
}

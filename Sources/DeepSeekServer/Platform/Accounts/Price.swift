/// What a model's tokens cost: billionths of the currency for each, which are thousandths per million.
package struct Price: Sendable, Hashable {
    package var cacheHit: Int
    package var cacheMiss: Int
    package var output: Int

    package init(cacheHit: Int, cacheMiss: Int, output: Int) {
        (self.cacheHit, self.cacheMiss, self.output) = (cacheHit, cacheMiss, output)
    }

    package static let free = Price(cacheHit: 0, cacheMiss: 0, output: 0)

    package var isFree: Bool { self == .free }

    /// - Parameter text: per million tokens, with at most three digits after the point.
    /// - Returns: per token; nil for what is not such a price.
    package static func perToken(perMillion text: String) -> Int? {
        guard let money = Money(text), money.nano >= 0, money.nano % 1_000_000 == 0 else { return nil }
        return money.nano / 1_000_000
    }

    package static func perMillion(perToken: Int) -> String { Money(nano: perToken * 1_000_000).description }
}

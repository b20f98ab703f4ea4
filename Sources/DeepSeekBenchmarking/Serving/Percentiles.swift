/// Values by rank.
public struct Percentiles: Sendable, Hashable {
    private let sorted: [Double]

    package init(_ values: [Double]) { sorted = values.sorted() }

    public var isEmpty: Bool { sorted.isEmpty }

    /// The value below which so many percent lie, between neighbours in proportion; nil without values.
    public func callAsFunction(_ percent: Double) -> Double? {
        guard let last = sorted.last else { return nil }
        let place = percent / 100 * Double(sorted.count - 1)
        let index = Int(place.rounded(.down))
        guard index + 1 < sorted.count, index >= 0 else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}

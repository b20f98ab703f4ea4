/// Random numbers that are the same on every machine and for every version of the standard library: SplitMix64.
package struct LessonRandom: Sendable {
    private var state: UInt64

    /// - Parameter stream: the number of the lesson, so that each lesson can be made by itself.
    package init(seed: UInt64, stream: UInt64) {
        state = Self.mix(seed &+ Self.mix(stream &+ 0x9E37_79B9_7F4A_7C15))
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// From 0 to `count` - 1; `count` must be at least 1.
    mutating func index(_ count: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(count)).high) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { range.lowerBound + index(range.count) }

    mutating func chance(_ share: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < share }

    /// `list` must not be empty.
    mutating func pick<Element>(_ list: [Element]) -> Element { list[index(list.count)] }

    /// Several different elements, in random order.
    mutating func pick<Element>(_ count: Int, of list: [Element]) -> [Element] {
        var rest = list
        return (0..<min(count, list.count)).map { _ in rest.remove(at: index(rest.count)) }
    }

    package static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

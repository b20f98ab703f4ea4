import Foundation

/// A small random generator whose whole state is two numbers, so that a run can go on where it was: the n-th draw of a
/// stream is a function of seed, stream and n (SplitMix64's finaliser over a counter).
package struct TrainingRandom: RandomNumberGenerator, Sendable, Hashable {
    package private(set) var key: UInt64
    package private(set) var counter: UInt64

    package init(seed: UInt64, stream: UInt64 = 0) {
        key = Self.mix(seed &+ Self.mix(stream &+ 0x9E37_79B9_7F4A_7C15))
        counter = 0
    }

    package init(key: UInt64, counter: UInt64) {
        self.key = key
        self.counter = counter
    }

    package mutating func next() -> UInt64 {
        counter &+= 1
        return Self.mix(key &+ counter &* 0x9E37_79B9_7F4A_7C15)
    }

    /// In [0, 1).
    package mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Of mean 0 and deviation 1 (Box and Muller; one of the two is thrown away, so that draws can be counted).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// The 8-bit floating-point type E4M3: 1 sign, 4 exponent and 3 fraction bits, bias 7, no infinities.
enum Float8 {
    static let largest: Float = 448

    /// The nearest, ties to even; what lies beyond the largest becomes the largest.
    static func bits(_ value: Float) -> UInt8 {
        let sign = UInt8(truncatingIfNeeded: value.bitPattern >> 24) & 0x80
        let magnitude = min(value.magnitude, largest)
        // Below 2^−6 steps are 2^−9 wide; the eighth of them is 2^−6 itself, in its right bits.
        guard magnitude >= 0x1p-6 else { return sign | UInt8((magnitude * 512).rounded(.toNearestOrEven)) }
        let bits = magnitude.bitPattern
        let rounded = (bits + 0x7FFFF + (bits >> 20 & 1)) >> 20
        return sign | UInt8(truncatingIfNeeded: rounded - (120 << 3))
    }
}

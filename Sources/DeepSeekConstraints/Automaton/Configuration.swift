/// One way in which a text so far can be read: a node, and the stack of those to return to. As a number, for sorting.
struct Configuration: Hashable, Comparable {
    let bits: UInt64

    init(_ node: Int32, _ stack: Int32) {
        bits = UInt64(UInt32(bitPattern: node)) << 32 | UInt64(UInt32(bitPattern: stack))
    }

    private init(bits: UInt64) { self.bits = bits }

    /// The text may end here.
    static let end = Configuration(bits: .max)

    var node: Int32 { Int32(truncatingIfNeeded: bits >> 32) }
    var stack: Int32 { Int32(truncatingIfNeeded: bits & 0xFFFF_FFFF) }

    static func < (left: Configuration, right: Configuration) -> Bool { left.bits < right.bits }
}

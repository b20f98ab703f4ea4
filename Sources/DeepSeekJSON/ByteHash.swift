/// A hash of bytes for tables in memory, which takes eight of them at a time.
enum ByteHash {
    // Chosen anew in each process: nobody can prepare a file whose keys all meet in one slot.
    private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max) | 1)

    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let (start, multiplier) = seeds
        let raw = UnsafeRawBufferPointer(bytes)
        var hash = start ^ UInt64(truncatingIfNeeded: raw.count)
        var index = 0
        while index &+ 8 <= raw.count {
            hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self), multiplier)
            index &+= 8
        }
        var rest: UInt64 = 0
        while index < raw.count {
            rest = rest &<< 8 | UInt64(raw[index])
            index &+= 1
        }
        return UInt32(truncatingIfNeeded: mixed(mixed(hash ^ rest, multiplier), start | 1))
    }

    /// Both halves of the product: each bit of the hash depends on every bit before.
    @inline(__always)
    private static func mixed(_ hash: UInt64, _ multiplier: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: multiplier)
        return product.high ^ product.low
    }
}

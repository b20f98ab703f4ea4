/// A hash of bytes for tables in memory, which takes eight of them at a time.
package enum ByteHash {
    // Chosen anew in each process: nobody can prepare a file whose keys all meet in one slot.
    private static let seeds = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max) | 1)

    package static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let (start, multiplier) = seeds
        let raw = UnsafeRawBufferPointer(bytes)
        var hash = start ^ UInt64(truncatingIfNeeded: raw.count)
        var index = 0
        while index &+ 8 < raw.count {
            hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self), multiplier)
            index &+= 8
        }
        return UInt32(truncatingIfNeeded: mixed(mixed(hash ^ end(raw), multiplier), start | 1))
    }

    /// The last eight bytes; of fewer, all of them.
    @inline(__always)
    private static func end(_ raw: UnsafeRawBufferPointer) -> UInt64 {
        let count = raw.count
        if count >= 8 { return raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self) }
        if count >= 4 {
            let low = raw.loadUnaligned(fromByteOffset: 0, as: UInt32.self)
            let high = raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            return UInt64(high) &<< 32 | UInt64(low)
        }
        guard count > 0 else { return 0 }
        return UInt64(raw[0]) | UInt64(raw[count &>> 1]) &<< 8 | UInt64(raw[count &- 1]) &<< 16
    }

    /// Both halves of the product: each bit of the hash depends on every bit before.
    @inline(__always)
    private static func mixed(_ hash: UInt64, _ multiplier: UInt64) -> UInt64 {
        let product = hash.multipliedFullWidth(by: multiplier)
        return product.high ^ product.low
    }
}

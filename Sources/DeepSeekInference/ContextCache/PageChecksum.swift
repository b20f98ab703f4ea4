/// A sum over the bytes of a page's file, by which torn and damaged ones are found. It takes no attacker's effort to
/// forge: who can write to the folder is trusted.
struct PageChecksum {
    private var lanes: (UInt64, UInt64, UInt64, UInt64) = (
        0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9, 0x27D4_EB2F_1656_67C5
    )
    private var length = 0

    private static func mix(_ lane: inout UInt64, _ word: UInt64) {
        lane = (lane ^ word) &* 0x9E37_79B9_7F4A_7C15
        lane ^= lane >> 29
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        length += bytes.count
        let whole = bytes.count / 32 * 32
        for offset in stride(from: 0, to: whole, by: 32) {
            Self.mix(&lanes.0, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            Self.mix(&lanes.1, bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
            Self.mix(&lanes.2, bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
            Self.mix(&lanes.3, bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
        }
        for byte in bytes[whole...] { Self.mix(&lanes.0, UInt64(byte)) }
    }

    var value: UInt64 {
        var sum = UInt64(length)
        for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { Self.mix(&sum, lane) }
        return sum
    }
}

/// The alphabet in which byte-level vocabularies are written: one printable character for each byte.
///
/// Bytes that are printable in Latin-1 stand for themselves; the others are numbered from U+0100.
enum ByteAlphabet {
    /// The character of each byte.
    static let scalars: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (UInt8.min...UInt8.max).map { byte in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(byte)
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? "\u{FFFD}"
            }
        }
    }()

    /// The byte of each character below U+0144; -1 where there is none.
    private static let bytes: [Int16] = {
        var table = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { table[Int(scalar.value)] = Int16(byte) }
        return table
    }()

    /// Appends the bytes that a token is written for; false, with nothing appended, if it has other characters.
    static func decode(_ token: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) -> Bool {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: token.count) { decoded in
            guard let count = bytes.withUnsafeBufferPointer({ decode(token, by: $0, into: decoded) }) else {
                return false
            }
            result.append(contentsOf: UnsafeBufferPointer(rebasing: decoded[..<count]))
            return true
        }
    }

    /// - Returns: how many bytes were written, at most as many as the token has; nil if it has other characters.
    @inline(__always)
    private static func decode(
        _ token: UnsafeBufferPointer<UInt8>, by table: UnsafeBufferPointer<Int16>,
        into decoded: UnsafeMutableBufferPointer<UInt8>
    ) -> Int? {
        var index = 0
        var count = 0
        while index < token.count {
            var value = Int(token[index])
            index += 1
            if value >= 0x80 {
                // All of the alphabet has one or two bytes in UTF-8.
                guard value & 0xE0 == 0xC0, index < token.count else { return nil }
                value = (value & 0x1F) << 6 | Int(token[index] & 0x3F)
                index += 1
            }
            guard value < table.count, table[value] >= 0 else { return nil }
            decoded[count] = UInt8(truncatingIfNeeded: table[value])
            count += 1
        }
        return count
    }
}

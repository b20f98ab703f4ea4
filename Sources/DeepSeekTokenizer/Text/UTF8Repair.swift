/// Makes valid UTF-8 out of any bytes: each longest piece that begins a character without completing it, and each byte
/// that begins none, becomes U+FFFD, as in the Unicode standard and in Python's `errors="replace"`.
enum UTF8Repair {
    enum Sequence: Equatable {
        case valid(length: Int)
        /// `length` bytes that no further bytes can complete.
        case invalid(length: Int)
        /// The bytes end inside a character.
        case incomplete
    }

    static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    /// What the bytes at `start` are.
    static func sequence(in bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Sequence {
        let lead = bytes[start]
        // The second byte has a narrower range after four of the leads: no overlong forms, surrogates, or planes past 16.
        let (length, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0..<0x80: return .valid(length: 1)
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return .invalid(length: 1)
        }
        for offset in 1..<length {
            guard start + offset < bytes.count else { return .incomplete }
            let range = offset == 1 ? second : 0x80...0xBF
            guard range.contains(bytes[start + offset]) else { return .invalid(length: offset) }
        }
        return .valid(length: length)
    }

    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count,
                raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
            {
                index += 8
                continue
            }
            guard case .valid(let length) = sequence(in: bytes, at: index) else { return false }
            index += length
        }
        return true
    }

    /// Appends the repaired bytes.
    ///
    /// - Parameter isFinal: whether nothing follows; otherwise a character that the bytes leave incomplete is not taken.
    /// - Returns: how many bytes were taken.
    static func append(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool, to result: inout [UInt8]) -> Int {
        var index = 0
        while index < bytes.count {
            switch sequence(in: bytes, at: index) {
            case .valid(let length):
                result.append(contentsOf: bytes[index..<index + length])
                index += length
            case .invalid(let length):
                result.append(contentsOf: replacement)
                index += length
            case .incomplete:
                guard isFinal else { return index }
                result.append(contentsOf: replacement)
                return bytes.count
            }
        }
        return index
    }

    static func repaired(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + 16)
        _ = append(bytes, isFinal: true, to: &result)
        return result
    }
}

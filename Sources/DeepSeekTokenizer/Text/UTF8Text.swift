/// Valid UTF-8 in memory of someone else's, read scalar by scalar at chosen places.
struct UTF8Text {
    let bytes: UnsafeBufferPointer<UInt8>

    /// The scalar that begins at `index`, and the index behind it; nil at the end.
    func scalar(at index: Int) -> (Unicode.Scalar, end: Int)? {
        guard index < bytes.count, case .valid(let length) = UTF8Repair.sequence(in: bytes, at: index) else {
            return nil
        }
        var value = length == 1 ? UInt32(bytes[index]) : UInt32(bytes[index]) & (0x7F >> UInt32(length))
        for offset in 1..<max(length, 1) { value = value << 6 | UInt32(bytes[index + offset] & 0x3F) }
        return Unicode.Scalar(value).map { ($0, index + length) }
    }

    /// The scalar that ends at `index`, and the index where it begins; nil at the start.
    func scalar(before index: Int) -> (Unicode.Scalar, start: Int)? {
        guard index > 0 else { return nil }
        var start = index - 1
        while start > 0, bytes[start] & 0xC0 == 0x80 { start -= 1 }
        return scalar(at: start).map { ($0.0, start) }
    }

    /// Where the white space that begins at `index` ends.
    func endOfWhiteSpace(from index: Int) -> Int {
        var index = index
        while let (scalar, end) = scalar(at: index), scalar.properties.isWhitespace { index = end }
        return index
    }

    /// Where the white space that ends at `index` begins, not before `bound`.
    func startOfWhiteSpace(before index: Int, notBefore bound: Int) -> Int {
        var index = index
        while index > bound, let (scalar, start) = scalar(before: index), scalar.properties.isWhitespace {
            index = start
        }
        return max(index, bound)
    }
}

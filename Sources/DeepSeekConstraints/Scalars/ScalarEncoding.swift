import DeepSeekTokenizer

/// How scalars become bytes.
enum ScalarEncoding: Hashable, Sendable {
    /// UTF-8.
    case text
    /// UTF-8 between the quotes of a JSON string: what must be escaped has one escape, and nothing else is escaped.
    case jsonString

    /// The members of a set, as sequences of ranges of bytes.
    func sequences(of set: ScalarSet) -> [[ClosedRange<UInt8>]] {
        switch self {
        case .text: return UTF8Ranges.sequences(of: set)
        case .jsonString:
            let plain = UTF8Ranges.sequences(of: set.intersection(Self.unescaped))
            let escaped = set.intersection(Self.unescaped.inverted())
            let escapes = escaped.ranges.flatMap { range in
                range.compactMap { Unicode.Scalar($0).map { JSONText.escaped($0).map { $0...$0 } } }
            }
            return plain + escapes
        }
    }

    private static let unescaped = ScalarSet([0x20...0x21, 0x23...0x5B, 0x5D...ScalarSet.last])
}

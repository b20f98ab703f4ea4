/// Finds stop strings in a text that comes in pieces, and holds back what may be the beginning of one.
///
/// Works on bytes, in time linear in the text for each stop string (Knuth, Morris and Pratt). The match that is complete
/// first wins; of several that end together, the longest.
public struct StopStringMatcher: Sendable {
    private struct Pattern: Sendable {
        let text: String
        let bytes: [UInt8]
        /// Per length of a matched beginning: the length of the longest shorter one that also ends there.
        let fallback: [Int]
        /// Bytes that are matched now.
        var matched = 0

        init(_ text: String) {
            self.text = text
            bytes = Array(text.utf8)
            var fallback = [0, 0]
            var length = 0
            for index in bytes.indices.dropFirst() {
                while length > 0, bytes[length] != bytes[index] { length = fallback[length] }
                if bytes[length] == bytes[index] { length += 1 }
                fallback.append(length)
            }
            self.fallback = fallback
        }

        /// Whether the pattern is complete with this byte.
        mutating func advance(_ byte: UInt8) -> Bool {
            while matched > 0, bytes[matched] != byte { matched = fallback[matched] }
            if bytes[matched] == byte { matched += 1 }
            return matched == bytes.count
        }
    }

    private var patterns: [Pattern]
    /// Bytes that are held back, from `start` on; those before it have gone out.
    private var bytes: [UInt8] = []
    private var start = 0
    private var held: Int { bytes.count - start }
    /// The stop string that was found; nothing comes out after it.
    public private(set) var match: String?

    /// - Parameter stopStrings: empty ones count for nothing.
    public init(_ stopStrings: [String]) {
        patterns = stopStrings.filter { !$0.isEmpty }.map(Pattern.init)
    }

    /// Takes the next piece, and returns what certainly comes before any stop string.
    public mutating func append(_ piece: String) -> String {
        guard match == nil else { return "" }
        guard !patterns.isEmpty else { return piece }
        for byte in piece.utf8 {
            bytes.append(byte)
            if let found = advance(byte) {
                match = found.text
                bytes.removeLast(found.bytes.count)
                return release(held)
            }
        }
        let uncertain = patterns.reduce(0) { max($0, $1.matched) }
        return release(held - uncertain)
    }

    /// What was held back, when nothing follows.
    public mutating func finish() -> String { release(held) }

    private mutating func advance(_ byte: UInt8) -> Pattern? {
        var longest: Pattern?
        for index in patterns.indices where patterns[index].advance(byte) {
            if patterns[index].bytes.count > longest?.bytes.count ?? 0 { longest = patterns[index] }
        }
        return longest
    }

    /// Stop strings begin with a whole character, so what goes out is whole characters too.
    private mutating func release(_ count: Int) -> String {
        let text = String(decoding: bytes[start..<(start + count)], as: UTF8.self)
        start += count
        // Moving what is left only once as much has gone out keeps the time linear.
        if start >= held {
            bytes.removeFirst(start)
            start = 0
        }
        return text
    }
}

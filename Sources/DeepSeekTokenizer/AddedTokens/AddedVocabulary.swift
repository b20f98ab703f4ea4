/// The added tokens of a tokenizer, and how a text is taken apart at them.
struct AddedVocabulary: Sendable {
    /// A part of a text: an added token, or text between two of them.
    enum Segment: Equatable {
        case text(Range<Int>)
        case token(TokenID)
    }

    /// Some of the tokens together with what finds them.
    private struct Group: Sendable {
        let tokens: [AddedToken]
        let matcher: AddedTokenMatcher

        init?(_ tokens: [AddedToken], bytes: (AddedToken) -> [UInt8]) {
            // Normalising may make two tokens equal; the first is the one that is found.
            var seen = Set<[UInt8]>()
            let tokens = tokens.map { ($0, bytes($0)) }.filter { !$0.1.isEmpty && seen.insert($0.1).inserted }
            guard !tokens.isEmpty else { return nil }
            self.tokens = tokens.map(\.0)
            matcher = AddedTokenMatcher(tokens.map(\.1))
        }
    }

    let normalizer: TextNormalizer?
    private let original: Group?
    private let normalized: Group?
    /// By bytes: strings that differ only in their normal form are equal in Swift, tokens are not.
    private let ids: [[UInt8]: TokenID]
    private let specialIDs: Set<TokenID>

    init(_ tokens: [AddedToken], normalizer: TextNormalizer?) {
        self.normalizer = normalizer
        original = Group(tokens.filter { !$0.isNormalized }) { Array($0.content.utf8) }
        normalized = Group(tokens.filter(\.isNormalized)) { token in
            let bytes = Array(token.content.utf8)
            return normalizer.map { normalizer in bytes.withUnsafeBufferPointer(normalizer.normalized) } ?? bytes
        }
        ids = Dictionary(tokens.map { (Array($0.content.utf8), $0.id) }) { first, _ in first }
        specialIDs = Set(tokens.filter(\.isSpecial).map(\.id))
    }

    func id(of content: String) -> TokenID? { ids[Array(content.utf8)] }

    func isSpecial(_ id: TokenID) -> Bool { specialIDs.contains(id) }

    /// Takes valid UTF-8 apart, and hands on its segments in order: text normalised, and tokens.
    ///
    /// - Parameter regions: where tokens may be found, in ascending order; a token lies within one region.
    func takeApart(
        _ bytes: UnsafeBufferPointer<UInt8>, regions: [Range<Int>],
        text: (UnsafeBufferPointer<UInt8>) -> Void, token: (TokenID) -> Void
    ) {
        for segment in Self.segments(of: bytes, regions: regions, original) {
            switch segment {
            case .token(let id): token(id)
            case .text(let range):
                let part = UnsafeBufferPointer(rebasing: bytes[range])
                var inner = Self.regions(regions, within: range)
                guard let normalizer else {
                    hand(part, inner, text: text, token: token)
                    continue
                }
                // Each region on its own, so that it is known where it comes to lie. What this keeps apart at a
                // border is put together when the segments are normalised again.
                let whole = Self.normalized(part, &inner, normalizer)
                whole.withUnsafeBufferPointer { whole in
                    hand(
                        whole, inner, text: { again in normalizer.normalized(again).withUnsafeBufferPointer(text) },
                        token: token)
                }
            }
        }
    }

    /// The parts of the regions that lie in a range, counted from its start.
    private static func regions(_ regions: [Range<Int>], within range: Range<Int>) -> [Range<Int>] {
        var (low, high) = (0, regions.count)
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return regions[low...].prefix { $0.lowerBound < range.upperBound }.map { region in
            let part = region.clamped(to: range)
            return part.lowerBound - range.lowerBound..<part.upperBound - range.lowerBound
        }
    }

    private func hand(
        _ bytes: UnsafeBufferPointer<UInt8>, _ regions: [Range<Int>],
        text: (UnsafeBufferPointer<UInt8>) -> Void, token: (TokenID) -> Void
    ) {
        for segment in Self.segments(of: bytes, regions: regions, normalized) {
            switch segment {
            case .token(let id): token(id)
            case .text(let range): text(UnsafeBufferPointer(rebasing: bytes[range]))
            }
        }
    }

    private static func normalized(
        _ bytes: UnsafeBufferPointer<UInt8>, _ regions: inout [Range<Int>], _ normalizer: TextNormalizer
    ) -> [UInt8] {
        var result: [UInt8] = []
        var covered = 0
        for index in regions.indices {
            let region = regions[index]
            result += normalizer.normalized(UnsafeBufferPointer(rebasing: bytes[covered..<region.lowerBound]))
            let start = result.count
            result += normalizer.normalized(UnsafeBufferPointer(rebasing: bytes[region]))
            regions[index] = start..<result.count
            covered = region.upperBound
        }
        return result + normalizer.normalized(UnsafeBufferPointer(rebasing: bytes[covered...]))
    }

    private static func segments(
        of bytes: UnsafeBufferPointer<UInt8>, regions: [Range<Int>], _ group: Group?
    ) -> [Segment] {
        guard !bytes.isEmpty else { return [] }
        guard let group else { return [.text(0..<bytes.count)] }
        let text = UTF8Text(bytes: bytes)
        var segments: [Segment] = []
        var covered = 0
        var whiteSpace = 0..<0
        for match in regions.lazy.flatMap({ group.matcher.matches(in: bytes, $0) }) {
            let token = group.tokens[match.index]
            var (start, end) = (match.range.lowerBound, match.range.upperBound)
            if token.isSingleWord, touchesWord(text, start, end) { continue }
            if token.stripsLeft, start > covered {
                start = text.startOfWhiteSpace(before: start, notBefore: covered)
            }
            if token.stripsRight {
                // A run of white space is walked once, also when it is made of tokens itself.
                if !whiteSpace.contains(end) { whiteSpace = end..<text.endOfWhiteSpace(from: end) }
                end = max(end, whiteSpace.upperBound)
            }
            if covered < start { segments.append(.text(covered..<start)) }
            segments.append(.token(token.id))
            covered = end
        }
        if covered < bytes.count { segments.append(.text(covered..<bytes.count)) }
        return segments
    }

    private static func touchesWord(_ text: UTF8Text, _ start: Int, _ end: Int) -> Bool {
        let neighbours = [text.scalar(before: start)?.0, text.scalar(at: end)?.0]
        return neighbours.contains { $0.map(isWordScalar) ?? false }
    }

    /// A letter, mark, digit, connector or joiner of Unicode 16.
    private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        guard (properties.age?.major ?? 0) <= 16 else { return false }
        if properties.isAlphabetic || properties.isJoinControl { return true }
        switch properties.generalCategory {
        case .decimalNumber, .connectorPunctuation, .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }
}

/// The merges of a byte-level model, laid out for looking up.
struct BytePairModel: Sendable {
    /// The rank of a pair that does not merge; larger than any other.
    static let noMerge = Int32.max
    /// Ranks must fit in 24 bits, see ``WordMerger``.
    static let maximumMerges = 1 << 22

    let vocabulary: Vocabulary
    /// The token of each byte, or -1.
    let byteTokens: FixedTable<TokenID>
    /// The rank of each pair of bytes, at `left << 8 | right`, before anything is merged.
    let bytePairRanks: FixedTable<Int32>
    /// The token that each merge makes, by rank.
    let products: FixedTable<TokenID>
    private let ranks: PairTable
    /// Whether a word that is a token is encoded as that token, without merging.
    let ignoresMerges: Bool
    /// Stands for a byte that has no token. Without it such a byte is left out.
    let unknownToken: TokenID?
    /// Whether neighbouring unknown bytes become one unknown token.
    let fusesUnknown: Bool

    struct Merge {
        let left: TokenID
        let right: TokenID
        let product: TokenID
    }

    /// - Parameter merges: in order of rank, no pair twice.
    init(vocabulary: Vocabulary, merges: [Merge], ignoresMerges: Bool, unknownToken: TokenID?, fusesUnknown: Bool) {
        self.vocabulary = vocabulary
        self.ignoresMerges = ignoresMerges
        self.unknownToken = unknownToken
        self.fusesUnknown = fusesUnknown
        products = FixedTable(merges.map(\.product))
        ranks = PairTable(
            merges.enumerated().map { (PairTable.key($1.left, $1.right), Int32(truncatingIfNeeded: $0)) })
        let byteTokens = (UInt8.min...UInt8.max).map { byte in
            withUnsafePointer(to: byte) { vocabulary.id(ofBytes: UnsafeBufferPointer(start: $0, count: 1)) } ?? -1
        }
        self.byteTokens = FixedTable(byteTokens)
        var pairs = [Int32](repeating: Self.noMerge, count: 1 << 16)
        for left in 0..<256 {
            for right in 0..<256 {
                let rank = ranks[PairTable.key(byteTokens[left], byteTokens[right])]
                if byteTokens[left] >= 0, byteTokens[right] >= 0, rank >= 0 { pairs[left << 8 | right] = rank }
            }
        }
        bytePairRanks = FixedTable(pairs)
    }

    /// Whether every byte has a token.
    var knowsAllBytes: Bool { (0..<256).allSatisfy { byteTokens.pointer[$0] >= 0 } }

    @inline(__always)
    func rank(_ left: TokenID, _ right: TokenID) -> Int32 {
        let rank = ranks[PairTable.key(left, right)]
        return rank < 0 ? Self.noMerge : rank
    }
}

/// The merges of a byte-level model, laid out for looking up.
struct BytePairModel: Sendable {
    /// The rank of a pair that does not merge; larger than any other.
    static let noMerge = Int32.max
    /// Ranks are values of a ``PairTable``, and parts of the keys of ``CandidateHeap``.
    static let maximumMerges = Int(PairTable.maximumValue)

    struct Merge {
        let left: TokenID
        let right: TokenID
        let product: TokenID
    }

    /// What a word that has a token of its own becomes without merging, and bytes without a token.
    struct Options {
        /// Whether a word that is a token is encoded as that token, without merging.
        var ignoresMerges = false
        /// Stands for a byte that has no token. Without it such a byte is left out.
        var unknownToken: TokenID?
        /// Whether neighbouring unknown bytes become one unknown token.
        var fusesUnknown = false
    }

    let vocabulary: Vocabulary
    let options: Options
    /// The token of each byte, or -1.
    let byteTokens: FixedTable<TokenID>
    /// The bytes that occur in UTF-8 and have no token.
    let unknownBytes: [UInt8]
    /// The token to begin with for each scalar of two or three bytes, see ``ScalarSeeds``.
    let scalarSeeds: FixedTable<TokenID>
    /// The token that each merge makes, by rank.
    let products: FixedTable<TokenID>
    private let ranks: PairTable

    /// - Parameters:
    ///   - merges: in order of rank.
    ///   - ranks: the rank of each pair, at ``PairTable/key(_:_:)``.
    init(vocabulary: Vocabulary, merges: [Merge], ranks: PairTable, options: Options) {
        self.vocabulary = vocabulary
        self.options = options
        self.ranks = ranks
        products = FixedTable(merges.map(\.product))
        let byteTokens = (UInt8.min...UInt8.max).map { byte in
            withUnsafePointer(to: byte) { vocabulary.id(ofBytes: UnsafeBufferPointer(start: $0, count: 1)) } ?? -1
        }
        self.byteTokens = FixedTable(byteTokens)
        unknownBytes = (UInt8.min...0xF4).filter { byteTokens[Int($0)] < 0 && $0 != 0xC0 && $0 != 0xC1 }
        scalarSeeds = FixedTable(
            unknownBytes.isEmpty
                ? ScalarSeeds(vocabulary, merges: merges, ranks: ranks, byteTokens: byteTokens).table : [])
    }

    @inline(__always)
    func rank(_ left: TokenID, _ right: TokenID) -> Int32 {
        let rank = ranks[PairTable.key(left, right)]
        return rank < 0 ? Self.noMerge : rank
    }
}

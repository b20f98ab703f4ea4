/// Finds the characters that always become one token before any of their bytes can merge with a neighbour's.
///
/// A word may then begin with that token in place of the bytes: Chinese text has a third of the symbols to merge.
///
/// The bytes of a scalar, merged on their own, pass through some fragments and reach one token at a highest rank `M`. As
/// long as a fragment is left, one of these merges is possible, so that nothing of a rank above `M` is merged in the
/// meantime. A neighbour can only take a fragment by a merge that begins with the fragment and goes on with the start
/// of another scalar, or ends with it. If all such merges rank above `M`, none comes in time.
struct ScalarSeeds {
    /// Two and three bytes in UTF-8.
    private static let scalars: ClosedRange<UInt32> = 0x80...0xFFFF

    /// By scalar value; -1 where bytes must be merged one by one.
    private(set) var table = [TokenID](repeating: -1, count: Int(scalars.upperBound) + 1)

    private let merges: [BytePairModel.Merge]
    private let ranks: PairTable
    /// For each token, the lowest rank of a merge in which it stands before the start of a scalar.
    private var lowestBeforeStart: [Int32]
    /// For each token that begins with the start of a scalar, the lowest rank of a merge in which it stands second.
    private var lowestAfter: [Int32]

    init(_ vocabulary: Vocabulary, merges: [BytePairModel.Merge], ranks: PairTable, byteTokens: [TokenID]) {
        self.merges = merges
        self.ranks = ranks
        lowestBeforeStart = [Int32](repeating: BytePairModel.noMerge, count: vocabulary.endID)
        lowestAfter = lowestBeforeStart
        for (rank, merge) in merges.enumerated() {
            let first = vocabulary.withBytes(of: merge.right) { $0.first } ?? nil
            // A token that begins with a continuation byte cannot follow a whole scalar.
            guard let first, first & 0xC0 != 0x80 else { continue }
            let rank = Int32(truncatingIfNeeded: rank)
            lowestBeforeStart[Int(merge.left)] = min(lowestBeforeStart[Int(merge.left)], rank)
            lowestAfter[Int(merge.right)] = min(lowestAfter[Int(merge.right)], rank)
        }
        for value in Self.scalars {
            let continuation = byteTokens[Int(0x80 | value & 0x3F)]
            let token =
                value < 0x800
                ? seed(byteTokens[Int(0xC0 | value >> 6)], continuation)
                : seed(byteTokens[Int(0xE0 | value >> 12)], byteTokens[Int(0x80 | value >> 6 & 0x3F)], continuation)
            table[Int(value)] = token ?? -1
        }
    }

    private func seed(_ first: TokenID, _ second: TokenID) -> TokenID? {
        guard let rank = rank(first, second), rank < min(lowestAfter[Int(first)], lowestBeforeStart[Int(second)]) else {
            return nil
        }
        return merges[Int(rank)].product
    }

    private func seed(_ first: TokenID, _ second: TokenID, _ third: TokenID) -> TokenID? {
        let left = rank(first, second)
        let right = rank(second, third)
        // The lower rank goes first, the left one of equals.
        let mergesLeft = right.map { right in left.map { $0 <= right } ?? false } ?? true
        guard let inner = mergesLeft ? left : right else { return nil }
        let fragment = merges[Int(inner)].product
        guard let outer = mergesLeft ? rank(fragment, third) : rank(first, fragment) else { return nil }
        let highest = max(inner, outer)
        var threat = min(lowestAfter[Int(first)], lowestBeforeStart[Int(third)])
        threat = min(threat, mergesLeft ? lowestAfter[Int(fragment)] : lowestBeforeStart[Int(fragment)])
        return highest < threat ? merges[Int(outer)].product : nil
    }

    private func rank(_ left: TokenID, _ right: TokenID) -> Int32? {
        let rank = ranks[PairTable.key(left, right)]
        return rank < 0 ? nil : rank
    }
}

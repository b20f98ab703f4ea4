/// Merges the bytes of a word into tokens: always the pair of lowest rank, the leftmost of equals.
final class WordMerger {
    /// Up to here, looking through all ranks for the lowest beats keeping a heap.
    private static let shortWord = 128
    private static let lanes = SIMD16<Int32>.scalarCount

    private let tokens = ScratchBuffer<TokenID>()
    /// The rank of the pair that begins at each symbol.
    private let ranks = ScratchBuffer<Int32>()
    /// For long words, at the first and the last place of each symbol: how many places it covers.
    private let lengths = ScratchBuffer<UInt32>(capacity: 0)
    /// `rank << 40 | place`: ordered as merges are, without end in practice.
    private let heap = ScratchBuffer<UInt64>(capacity: 0)

    /// Elements of scratch memory held.
    var capacity: Int { tokens.capacity + heap.capacity }

    /// Appends the tokens of a word of at least one byte.
    func merge(
        _ word: UnsafePointer<UInt8>, count: Int, with model: BytePairModel, knowsAllBytes: Bool, to output: TokenOutput
    ) {
        tokens.reserve(count)
        ranks.reserve(count + Self.lanes)
        let tokens = tokens.pointer
        let ranks = ranks.pointer
        let symbols: Int
        if knowsAllBytes {
            let byteTokens = model.byteTokens.pointer
            let pairs = model.bytePairRanks.pointer
            tokens[0] = byteTokens[Int(word[0])]
            for index in 1..<max(count, 1) {
                tokens[index] = byteTokens[Int(word[index])]
                ranks[index - 1] = pairs[Int(word[index - 1]) << 8 | Int(word[index])]
            }
            symbols = count
        } else {
            symbols = Self.fill(tokens, word, count: count, model)
            guard symbols > 0 else { return }
            for index in 1..<max(symbols, 1) { ranks[index - 1] = model.rank(tokens[index - 1], tokens[index]) }
        }
        ranks[symbols - 1] = BytePairModel.noMerge
        if symbols <= Self.shortWord {
            output.append(tokens, count: Self.mergeShort(tokens, ranks, count: symbols, model))
        } else {
            mergeLong(tokens, ranks, count: symbols, model, to: output)
        }
    }

    /// The first symbols of a word when some bytes have no token.
    private static func fill(
        _ tokens: UnsafeMutablePointer<TokenID>, _ word: UnsafePointer<UInt8>, count: Int, _ model: BytePairModel
    ) -> Int {
        var symbols = 0
        var endsUnknown = false
        for index in 0..<count {
            let token = model.byteTokens.pointer[Int(word[index])]
            if token >= 0 {
                tokens[symbols] = token
                symbols += 1
                endsUnknown = false
            } else if let unknown = model.unknownToken {
                if endsUnknown, model.fusesUnknown { continue }
                tokens[symbols] = unknown
                symbols += 1
                endsUnknown = true
            }
        }
        return symbols
    }

    /// - Returns: how many tokens are left.
    private static func mergeShort(
        _ tokens: UnsafeMutablePointer<TokenID>, _ ranks: UnsafeMutablePointer<Int32>, count: Int,
        _ model: BytePairModel
    ) -> Int {
        var count = count
        let rawRanks = UnsafeRawPointer(ranks)
        for index in count..<(count + lanes - 1) { ranks[index] = BytePairModel.noMerge }
        while true {
            var lowest = SIMD16<Int32>(repeating: BytePairModel.noMerge)
            var start = 0
            while start < count {
                let lane = rawRanks.loadUnaligned(fromByteOffset: start * 4, as: SIMD16<Int32>.self)
                lowest = pointwiseMin(lowest, lane)
                start += lanes
            }
            let rank = lowest.min()
            guard rank != BytePairModel.noMerge else { return count }
            var place = 0
            while ranks[place] != rank { place += 1 }

            tokens[place] = model.products.pointer[Int(rank)]
            count -= 1
            for index in place + 1..<max(count, place + 1) {
                tokens[index] = tokens[index + 1]
                ranks[index] = ranks[index + 1]
            }
            ranks[count] = BytePairModel.noMerge
            if place > 0 { ranks[place - 1] = model.rank(tokens[place - 1], tokens[place]) }
            ranks[place] = place + 1 < count ? model.rank(tokens[place], tokens[place + 1]) : BytePairModel.noMerge
        }
    }

    private func mergeLong(
        _ tokens: UnsafeMutablePointer<TokenID>, _ ranks: UnsafeMutablePointer<Int32>, count: Int,
        _ model: BytePairModel,
        to output: TokenOutput
    ) {
        lengths.reserve(count)
        let lengths = lengths.pointer
        // A merge takes one symbol away and adds at most two candidates, and starts from one of `count`.
        heap.reserve(3 * count)
        var queue = CandidateHeap(heap.pointer)
        for place in 0..<count {
            lengths[place] = 1
            if ranks[place] != BytePairModel.noMerge { queue.collect(rank: ranks[place], place: place) }
        }
        queue.arrange()
        while let (rank, place) = queue.pop() {
            // Candidates stay in the heap when a neighbour's merge has made them void.
            guard ranks[place] == rank else { continue }
            let right = place + Int(lengths[place])
            let length = lengths[place] + lengths[right]
            let end = place + Int(length)
            ranks[right] = BytePairModel.noMerge
            tokens[place] = model.products.pointer[Int(rank)]
            lengths[place] = length
            lengths[end - 1] = length
            ranks[place] = end < count ? model.rank(tokens[place], tokens[end]) : BytePairModel.noMerge
            if ranks[place] != BytePairModel.noMerge { queue.push(rank: ranks[place], place: place) }
            if place > 0 {
                let left = place - Int(lengths[place - 1])
                ranks[left] = model.rank(tokens[left], tokens[place])
                if ranks[left] != BytePairModel.noMerge { queue.push(rank: ranks[left], place: left) }
            }
        }
        var place = 0
        while place < count {
            output.append(tokens[place])
            place += Int(lengths[place])
        }
    }
}

/// Merges the bytes of a word into tokens: always the pair of lowest rank, the leftmost of equals.
final class WordMerger {
    /// Up to here, looking through all ranks for the lowest beats keeping a heap.
    private static let shortWord = 48

    private let tokens = ScratchBuffer<TokenID>()
    /// The rank of the pair that begins at each symbol.
    private let ranks = ScratchBuffer<Int32>()
    /// For long words, at the first and the last place of each symbol: how many places it covers.
    private let lengths = ScratchBuffer<UInt32>(capacity: 0)
    /// `rank << 40 | place`: ordered as merges are, without end in practice.
    private let heap = ScratchBuffer<UInt64>(capacity: 0)

    /// Elements of scratch memory held.
    var capacity: Int { tokens.capacity + heap.capacity }

    /// Appends the tokens of a word of at least one byte: valid UTF-8.
    func merge(_ word: UnsafePointer<UInt8>, count: Int, with model: BytePairModel, to output: TokenOutput) {
        tokens.reserve(count)
        ranks.reserve(count)
        let tokens = tokens.pointer
        let ranks = ranks.pointer
        let symbols =
            model.unknownBytes.isEmpty
            ? Self.begin(tokens, word, count: count, model) : Self.beginWithUnknown(tokens, word, count: count, model)
        guard symbols > 1 else { return output.append(tokens, count: symbols) }
        for index in 1..<symbols { ranks[index - 1] = model.rank(tokens[index - 1], tokens[index]) }
        ranks[symbols - 1] = BytePairModel.noMerge
        if symbols <= Self.shortWord {
            output.append(tokens, count: Self.mergeShort(tokens, ranks, count: symbols, model))
        } else {
            mergeLong(tokens, ranks, count: symbols, model, to: output)
        }
    }

    /// The first symbols of a word: its bytes, and whole characters where that comes to the same.
    private static func begin(
        _ tokens: UnsafeMutablePointer<TokenID>, _ word: UnsafePointer<UInt8>, count: Int, _ model: BytePairModel
    ) -> Int {
        let byteTokens = model.byteTokens.pointer
        let seeds = model.scalarSeeds.pointer
        var symbols = 0
        var index = 0
        while index < count {
            let byte = Int(word[index])
            var seed: TokenID = -1
            var length = 1
            if byte >= 0xE0, byte < 0xF0, index + 2 < count {
                length = 3
                seed = seeds[(byte & 0x0F) << 12 | Int(word[index + 1] & 0x3F) << 6 | Int(word[index + 2] & 0x3F)]
            } else if byte >= 0xC0, byte < 0xE0, index + 1 < count {
                length = 2
                seed = seeds[(byte & 0x1F) << 6 | Int(word[index + 1] & 0x3F)]
            }
            if seed >= 0 {
                tokens[symbols] = seed
                index += length
            } else {
                tokens[symbols] = byteTokens[byte]
                index += 1
            }
            symbols += 1
        }
        return symbols
    }

    /// The first symbols of a word when some bytes have no token.
    private static func beginWithUnknown(
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
            } else if let unknown = model.options.unknownToken {
                if endsUnknown, model.options.fusesUnknown { continue }
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
        while true {
            var rank = BytePairModel.noMerge
            var place = 0
            for index in 0..<count - 1 where ranks[index] < rank {
                rank = ranks[index]
                place = index
            }
            guard rank != BytePairModel.noMerge else { return count }

            tokens[place] = model.products.pointer[Int(rank)]
            count -= 1
            for index in place + 1..<max(count, place + 1) {
                tokens[index] = tokens[index + 1]
                ranks[index] = ranks[index + 1]
            }
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

/// Learns merges from counted words: again and again the most frequent pair of neighbours becomes a token. Of pairs that
/// are equally frequent the one with the smaller tokens goes first, as in the `tokenizers` library.
struct MergeLearner {
    /// The two tokens of each merge, in order.
    private(set) var merges: [(left: Int32, right: Int32)] = []
    private var symbols: [[Int32]] = []
    private var wordCounts: [Int] = []
    private var pairs = PairCounts()
    private var heap = PairHeap()

    /// - Parameter tokenOfByte: the token of each byte.
    init(_ words: WordCounter, tokenOfByte: [Int32]) {
        symbols.reserveCapacity(words.count)
        words.forEach { word, count in
            symbols.append(word.map { tokenOfByte[Int($0)] })
            wordCounts.append(count)
        }
        for (index, word) in symbols.enumerated() where word.count > 1 {
            for place in 1..<word.count {
                let number = pairs.number(.init(left: word[place - 1], right: word[place]))
                pairs.add(wordCounts[index], to: number)
                pairs.addWord(Int32(index), to: number)
            }
        }
        for number in pairs.pairs.indices { push(number) }
    }

    private mutating func push(_ number: Int) {
        guard pairs.counts[number] > 0 else { return }
        let pair = pairs.pairs[number]
        heap.insert(.init(count: pairs.counts[number], left: pair.left, right: pair.right, number: Int32(number)))
    }

    /// The next merge; nil when no pair occurs so often.
    ///
    /// - Parameter token: what the pair becomes.
    mutating func next(minimumCount: Int, token: (_ left: Int32, _ right: Int32) -> Int32) -> Bool {
        while var item = heap.removeFirst() {
            let number = Int(item.number)
            // Counts fall while a pair waits; it is put back with the right one.
            guard item.count == pairs.counts[number] else {
                item.count = pairs.counts[number]
                if item.count > 0 { heap.insert(item) }
                continue
            }
            guard item.count >= max(minimumCount, 1) else { return false }
            merges.append((item.left, item.right))
            apply(number, left: item.left, right: item.right, as: token(item.left, item.right))
            return true
        }
        return false
    }

    private mutating func apply(_ number: Int, left: Int32, right: Int32, as token: Int32) {
        var changed: [Int] = []
        for word in pairs.takeWords(number) {
            let index = Int(word)
            var text: [Int32] = []
            swap(&text, &symbols[index])
            let count = wordCounts[index]
            var (read, write) = (0, 0)
            while read < text.count {
                guard text[read] == left, read + 1 < text.count, text[read + 1] == right else {
                    text[write] = text[read]
                    (read, write) = (read + 1, write + 1)
                    continue
                }
                if write > 0 {
                    pairs.add(-count, to: pairs.number(.init(left: text[write - 1], right: left)))
                    changed.append(raise(.init(left: text[write - 1], right: token), count, word))
                }
                if read + 2 < text.count {
                    pairs.add(-count, to: pairs.number(.init(left: right, right: text[read + 2])))
                    changed.append(raise(.init(left: token, right: text[read + 2]), count, word))
                }
                text[write] = token
                (read, write) = (read + 2, write + 1)
            }
            text.removeLast(text.count - write)
            swap(&text, &symbols[index])
        }
        pairs.add(-pairs.counts[number], to: number)
        // New pairs are pushed once, with their counts from all words.
        var last = -1
        for number in changed.sorted() where number != last {
            push(number)
            last = number
        }
    }

    private mutating func raise(_ pair: PairCounts.Pair, _ count: Int, _ word: Int32) -> Int {
        let number = pairs.number(pair)
        pairs.add(count, to: number)
        pairs.addWord(word, to: number)
        return number
    }
}

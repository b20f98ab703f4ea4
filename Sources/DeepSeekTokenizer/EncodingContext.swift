/// The memory that one call of ``Tokenizer/encode(_:matchingSpecialTokens:)`` works in, kept for later calls.
// Unchecked: a context belongs to one call at a time, which takes it out of the tokenizer's pool and puts it back.
final class EncodingContext: @unchecked Sendable {
    /// A context that has grown beyond this is not kept.
    private static let maximumKeptBytes = 16 << 20
    /// ``WordCache/Key`` reads 16 bytes from the start of any word.
    private static let padding = WordCache.maximumWordLength

    private struct Memory {
        let bytes = ScratchBuffer<UInt8>()
        let classes = ScratchBuffer<UInt8>()
        let states = ScratchBuffer<PatternMatcher.State>()

        func reserve(_ count: Int) {
            bytes.reserve(count + EncodingContext.padding)
            classes.reserve(count)
            states.reserve(count)
        }

        /// The text in the buffers, its classes computed.
        func classified(_ count: Int, _ partition: ScalarPartition) -> ClassifiedText {
            (bytes.pointer + count).update(repeating: 0, count: EncodingContext.padding)
            partition.classify(bytes.pointer, count: count, into: classes.pointer)
            return ClassifiedText(bytes: bytes.pointer, classes: classes.pointer, states: states.pointer)
        }
    }

    let output = TokenOutput()
    private let text = Memory()
    private let prefixed = Memory()
    private let cache = WordCache()
    private let merger = WordMerger()
    private let model: BytePairModel
    private let preTokenizer: PreTokenizer
    /// How many rules come before the space that `add_prefix_space` asks for; nil if it does not.
    private let rulesBeforePrefix: Int?

    init(model: BytePairModel, preTokenizer: PreTokenizer, rulesBeforePrefix: Int?) {
        self.model = model
        self.preTokenizer = preTokenizer
        self.rulesBeforePrefix = rulesBeforePrefix
    }

    deinit { cache.deallocate() }

    var isWorthKeeping: Bool {
        let bytes = text.bytes.capacity * 4 + prefixed.bytes.capacity * 4 + merger.capacity * 8 + output.capacity * 4
        return bytes <= Self.maximumKeptBytes
    }

    /// Appends the tokens of a text without added tokens: valid UTF-8.
    func encode(_ bytes: UnsafeBufferPointer<UInt8>) {
        cut(bytes) { encodeWord($0, count: $1) }
    }

    /// Calls `word` with each word of a text without added tokens; 16 bytes from a word's start may be read.
    @inline(__always)
    func cut(_ bytes: UnsafeBufferPointer<UInt8>, word: (UnsafePointer<UInt8>, Int) -> Void) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
        text.reserve(bytes.count)
        text.bytes.pointer.update(from: base, count: bytes.count)
        let classified = text.classified(bytes.count, preTokenizer.partition)
        let all = 0..<preTokenizer.ruleCount
        guard let rulesBeforePrefix else {
            preTokenizer.cut(classified, 0..<bytes.count, by: all) { word(classified.bytes + $0.lowerBound, $0.count) }
            return
        }
        preTokenizer.cut(classified, 0..<bytes.count, by: 0..<rulesBeforePrefix) { piece in
            let prefixed = prefixed(classified.bytes + piece.lowerBound, count: piece.count)
            let count = prefixed.count
            preTokenizer.cut(prefixed.text, 0..<count, by: rulesBeforePrefix..<all.upperBound) {
                word(prefixed.text.bytes + $0.lowerBound, $0.count)
            }
        }
    }

    /// A piece with a space before it, unless it begins with one.
    private func prefixed(_ piece: UnsafePointer<UInt8>, count: Int) -> (text: ClassifiedText, count: Int) {
        let space = UInt8(ascii: " ")
        let added = piece[0] == space ? 0 : 1
        prefixed.reserve(count + added)
        prefixed.bytes.pointer[0] = space
        (prefixed.bytes.pointer + added).update(from: piece, count: count)
        return (prefixed.classified(count + added, preTokenizer.partition), count + added)
    }

    @inline(__always)
    private func encodeWord(_ word: UnsafePointer<UInt8>, count: Int) {
        guard count <= WordCache.maximumWordLength else { return computeWord(word, count: count) }
        let key = WordCache.Key(word, count: count)
        if let tokens = cache.tokens(of: key), let first = tokens.baseAddress {
            return output.append(first, count: tokens.count)
        }
        let start = output.count
        computeWord(word, count: count)
        cache.store(key, output.pointer + start, count: output.count - start)
    }

    private func computeWord(_ word: UnsafePointer<UInt8>, count: Int) {
        if model.options.ignoresMerges,
            let token = model.vocabulary.id(ofBytes: UnsafeBufferPointer(start: word, count: count))
        {
            output.append(token)
        } else {
            merger.merge(word, count: count, with: model, to: output)
        }
    }
}

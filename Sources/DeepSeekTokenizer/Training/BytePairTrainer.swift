import DeepSeekJSON
import Dispatch
import Synchronization

/// Learns a byte-level vocabulary from texts, and writes it as a `tokenizer.json` that the `tokenizers` library opens.
///
/// Tokens are numbered as that library does: special tokens, the 256 bytes by the code points of their characters, merges
/// in the order in which they were learned.
///
/// ```swift
/// var trainer = try BytePairTrainer(BytePairTrainer.Options(vocabularySize: 8_192))
/// trainer.add(["Once upon a time …", "从前 …"])
/// let json = trainer.train { learned, wanted in }
/// ```
public struct BytePairTrainer {
    public struct Options: Sendable, Hashable {
        /// All tokens, special ones and bytes included.
        public var vocabularySize: Int
        /// A pair that occurs less often is not merged.
        public var minimumFrequency: Int
        public var specialTokens: [String]
        /// `pre_tokenizer` and `normalizer` of a `tokenizer.json`, for cutting texts into words; nil cuts out every digit
        /// and then cuts as GPT-2 does.
        public var preTokenizer: JSONValue?
        public var normalizer: JSONValue?

        public init(
            vocabularySize: Int, minimumFrequency: Int = 2, specialTokens: [String] = [],
            preTokenizer: JSONValue? = nil,
            normalizer: JSONValue? = nil
        ) {
            self.vocabularySize = vocabularySize
            self.minimumFrequency = minimumFrequency
            self.specialTokens = specialTokens
            self.preTokenizer = preTokenizer
            self.normalizer = normalizer
        }
    }

    private let options: Options
    private let cutter: Tokenizer
    private var words = WordCounter()
    /// The characters of the bytes, by code point.
    private static let alphabet = ByteAlphabet.scalars.sorted { $0.value < $1.value }.map { String($0) }

    /// - Throws: ``TokenizerError`` `invalidValue` for sizes that leave no room, and what the pre-tokenizer is at fault for.
    public init(_ options: Options) throws(TokenizerError) {
        let least = options.specialTokens.count + 256
        guard options.vocabularySize >= least, options.vocabularySize <= 1 << 24 else {
            throw TokenizerError(
                .invalidValue,
                "a vocabulary of \(options.vocabularySize) is too small or too large; the smallest is \(least)")
        }
        guard Set(options.specialTokens).count == options.specialTokens.count, !options.specialTokens.contains("")
        else {
            throw TokenizerError(.invalidValue, "special tokens must differ, and none may be empty")
        }
        self.options = options
        cutter = try Tokenizer(json: Self.document(options, merges: []), name: "the new tokenizer")
    }

    public var distinctWords: Int { words.count }

    /// Counts the words of some texts, on all processors.
    public mutating func add(_ texts: [String]) {
        let counted = Mutex<[(Int, WordCounter)]>([])
        let parts = Swift.min(max(texts.count, 1), 8)
        DispatchQueue.concurrentPerform(iterations: parts) { [cutter] part in
            var counter = WordCounter()
            for text in texts[texts.count * part / parts..<texts.count * (part + 1) / parts] {
                cutter.forEachWord(of: text) { counter.add($0, length: $1) }
            }
            let result = counter
            counted.withLock { $0.append((part, result)) }
        }
        for (_, counter) in counted.withLock({ $0 }).sorted(by: { $0.0 < $1.0 }) { words.add(counter) }
    }

    /// Learns the merges.
    ///
    /// - Parameter progress: how many tokens there are, of how many, now and then.
    /// - Returns: the whole `tokenizer.json`. It has fewer tokens than asked for if no pair is frequent enough.
    public func train(progress: (_ tokens: Int, _ wanted: Int) -> Void = { _, _ in }) -> JSONValue {
        let specials = options.specialTokens.count
        var tokens = Self.alphabet
        var tokenOfByte = [Int32](repeating: 0, count: 256)
        let places = Dictionary(uniqueKeysWithValues: Self.alphabet.enumerated().map { ($1, Int32(specials + $0)) })
        for (byte, scalar) in ByteAlphabet.scalars.enumerated() { tokenOfByte[byte] = places[String(scalar)] ?? 0 }
        var numbers = places
        for (index, token) in options.specialTokens.enumerated() where numbers[token] == nil {
            numbers[token] = Int32(index)
        }
        var learner = MergeLearner(words, tokenOfByte: tokenOfByte)
        while tokens.count + specials < options.vocabularySize {
            let found = learner.next(minimumCount: options.minimumFrequency) { left, right in
                let text = tokens[Int(left) - specials] + tokens[Int(right) - specials]
                // Two merges can give the same text; the second is no new token.
                if let number = numbers[text], Int(number) >= specials { return number }
                tokens.append(text)
                numbers[text] = Int32(specials + tokens.count - 1)
                return Int32(specials + tokens.count - 1)
            }
            guard found else { break }
            if tokens.count % 256 == 0 { progress(specials + tokens.count, options.vocabularySize) }
        }
        progress(specials + tokens.count, specials + tokens.count)
        return Self.document(
            options, merges: learner.merges.map { (tokens[Int($0.left) - specials], tokens[Int($0.right) - specials]) },
            tokens: tokens)
    }

    private static func document(
        _ options: Options, merges: [(String, String)], tokens: [String] = alphabet
    ) -> JSONValue {
        let all = options.specialTokens + tokens
        var vocabulary = JSONObject()
        for (number, token) in all.enumerated() { _ = vocabulary.insert(.integer(number), forKey: token) }
        let added = options.specialTokens.enumerated().map { number, token -> JSONValue in
            [
                "id": .integer(number), "content": .string(token), "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false, "special": true,
            ]
        }
        let byteLevel: JSONValue = [
            "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true,
        ]
        return [
            "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added),
            "normalizer": options.normalizer ?? .null,
            "pre_tokenizer": options.preTokenizer ?? [
                "type": "Sequence", "pretokenizers": [["type": "Digits", "individual_digits": true], byteLevel],
            ],
            "post_processor": nil, "decoder": byteLevel,
            "model": [
                "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
                "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false, "ignore_merges": false,
                "vocab": .object(vocabulary),
                "merges": .array(merges.map { .array([.string($0.0), .string($0.1)]) }),
            ],
        ]
    }
}

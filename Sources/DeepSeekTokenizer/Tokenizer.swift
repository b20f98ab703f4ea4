import DeepSeekJSON
import Dispatch
import Foundation
import Synchronization

/// A byte-level byte-pair tokenizer, as described by a `tokenizer.json`.
///
/// Text is taken apart at added tokens, normalised, cut into words by the pre-tokenizer's patterns, and each word is
/// merged from its bytes. All of it takes linear time in the length of the text, up to the logarithm of the length of
/// a word. The tokens are those of the `tokenizers` library without special tokens around them.
///
/// A tokenizer may be used from any number of threads at once.
public final class Tokenizer: Sendable {
    private let model: BytePairModel
    private let vocabulary: Vocabulary
    private let added: AddedVocabulary
    private let preTokenizer: PreTokenizer
    private let rulesBeforePrefix: Int?
    private let contexts = Mutex<[EncodingContext]>([])

    // MARK: Opening

    /// Opens `tokenizer.json` in a folder.
    public convenience init(folder: String) throws(TokenizerError) {
        try self.init(path: folder.hasSuffix("/") ? folder + "tokenizer.json" : folder + "/tokenizer.json")
    }

    /// Opens a file in the format of `tokenizer.json`.
    public convenience init(path: String) throws(TokenizerError) {
        try self.init(json: FileContents.json(path), name: path)
    }

    /// - Parameter name: what errors call the document.
    /// - Throws: ``TokenizerError`` that names the member at fault.
    public init(json: JSONValue, name: String) throws(TokenizerError) {
        let reader = TokenizerReader(root: JSONPlace(file: name, value: json))
        try reader.refuseUnsupported()
        let normalizer = try reader.normalizer()
        let (cutting, vocabularyRead) = Concurrently.run(reader.preTokenizer, reader.vocabulary)
        (preTokenizer, rulesBeforePrefix) = try cutting.get()
        model = try reader.model(vocabularyRead.get())
        let tokens = try reader.addedTokens(model.vocabulary)
        added = AddedVocabulary(tokens, normalizer: normalizer)
        var vocabulary = model.vocabulary
        for token in tokens { vocabulary.setLiteral(Array(token.content.utf8), id: token.id) }
        self.vocabulary = vocabulary
    }

    // MARK: Encoding

    /// The tokens of a text, with none added at either end.
    ///
    /// - Parameter matchingSpecialTokens: whether the text of an added token becomes that token. With `false` it is
    ///   text like any other: what is wanted for text that users wrote.
    public func encode(_ text: String, matchingSpecialTokens: Bool = true) -> [TokenID] {
        var text = text
        return text.withUTF8 { encode(valid: $0, regions: matchingSpecialTokens ? [0..<$0.count] : []) }
    }

    /// The tokens of a text in UTF-8; what is not valid is read as U+FFFD.
    public func encode(utf8 bytes: UnsafeBufferPointer<UInt8>, matchingSpecialTokens: Bool = true) -> [TokenID] {
        guard UTF8Repair.isValid(bytes) else {
            return UTF8Repair.repaired(bytes).withUnsafeBufferPointer {
                encode(valid: $0, regions: matchingSpecialTokens ? [0..<$0.count] : [])
            }
        }
        return encode(valid: bytes, regions: matchingSpecialTokens ? [0..<bytes.count] : [])
    }

    /// The tokens of a rendered prompt. Added tokens are found in what the template wrote and nowhere else; otherwise
    /// the spans are one text.
    public func encode(_ spans: [PromptSpan]) -> [TokenID] {
        var bytes: [UInt8] = []
        var regions: [Range<Int>] = []
        for span in spans {
            let start = bytes.count
            bytes.append(contentsOf: span.text.utf8)
            guard span.origin == .template else { continue }
            if let last = regions.last, last.upperBound == start {
                regions[regions.count - 1] = last.lowerBound..<bytes.count
            } else {
                regions.append(start..<bytes.count)
            }
        }
        return bytes.withUnsafeBufferPointer { encode(valid: $0, regions: regions) }
    }

    /// The tokens of each text, computed on all processors.
    public func encodeBatch(_ texts: [String]) -> [[TokenID]] {
        [[TokenID]](unsafeUninitializedCapacity: texts.count) { results, count in
            // Each iteration initialises its own element.
            nonisolated(unsafe) let elements = results.baseAddress
            DispatchQueue.concurrentPerform(iterations: texts.count) { index in
                (elements.map { $0 + index })?.initialize(to: encode(texts[index]))
            }
            count = texts.count
        }
    }

    private func encode(valid bytes: UnsafeBufferPointer<UInt8>, regions: [Range<Int>]) -> [TokenID] {
        guard !bytes.isEmpty else { return [] }
        return withContext { context in
            context.output.removeAll()
            added.takeApart(bytes, regions: regions, text: context.encode, token: context.output.append)
            return context.output.array
        }
    }

    /// The words that a text is cut into before merging, each with its bytes; added tokens are left out.
    package func words(of text: String) -> [[UInt8]] {
        var words: [[UInt8]] = []
        forEachWord(of: text) { words.append(Array(UnsafeBufferPointer(start: $0, count: $1))) }
        return words
    }

    /// The same, without copies.
    func forEachWord(of text: String, _ body: (UnsafePointer<UInt8>, Int) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            guard !bytes.isEmpty else { return }
            withContext { context in
                added.takeApart(bytes, regions: [0..<bytes.count]) { part in
                    context.cut(part, word: body)
                } token: { _ in
                }
            }
        }
    }

    private func withContext<Result>(_ body: (EncodingContext) -> Result) -> Result {
        let context =
            contexts.withLock { $0.popLast() }
            ?? EncodingContext(model: model, preTokenizer: preTokenizer, rulesBeforePrefix: rulesBeforePrefix)
        defer {
            if context.isWorthKeeping {
                contexts.withLock { if $0.count < Self.maximumContexts { $0.append(context) } }
            }
        }
        return body(context)
    }

    private static let maximumContexts = ProcessInfo.processInfo.activeProcessorCount

    // MARK: Decoding

    /// The text of tokens; bytes that are not valid UTF-8 become U+FFFD. Identifiers that no token has are skipped.
    public func decode(_ ids: [TokenID], skippingSpecialTokens: Bool = false) -> String {
        var bytes: [UInt8] = []
        for id in ids where !(skippingSpecialTokens && isSpecial(id)) { appendBytes(of: id, to: &bytes) }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return String(decoding: bytes.withUnsafeBufferPointer(UTF8Repair.repaired), as: UTF8.self)
    }

    /// The bytes that a token stands for, which need not be whole characters; nil for an identifier that no token has.
    public func bytes(of id: TokenID) -> [UInt8]? { vocabulary.withBytes(of: id) { Array($0) } }

    func appendBytes(of id: TokenID, to bytes: inout [UInt8]) {
        vocabulary.withBytes(of: id) { bytes.append(contentsOf: $0) }
    }

    // MARK: The vocabulary

    /// The identifier of a token as it is written in the file: an added token's text, or the byte alphabet (`Ġthe`).
    public func id(of token: String) -> TokenID? {
        if let id = added.id(of: token) { return id }
        var token = token
        var scratch: [UInt8] = []
        return token.withUTF8 { model.vocabulary.id(spelling: $0, scratch: &scratch) }
    }

    /// One more than the largest identifier, added tokens included. An embedding may have more rows.
    public var vocabularySize: Int { vocabulary.endID }

    /// Whether the token is marked as special: it is part of a prompt's form and not of its text.
    public func isSpecial(_ id: TokenID) -> Bool { added.isSpecial(id) }

    /// The bytes that occur in UTF-8 and that no token stands for. Text that holds them loses them, or gets the unknown
    /// token if the file names one; empty for every published DeepSeek tokenizer.
    public var unencodableBytes: [UInt8] { model.unknownBytes }
}

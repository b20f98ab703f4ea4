import DeepSeekJSON
import DeepSeekTokenizer

/// From documents to tokens, in the way of one tokenizer.
///
/// A token that nobody is to predict (a user's turn) is stored as its complement, `~id`.
package struct TextEncoder: Sendable {
    package let tokenizer: Tokenizer
    /// Put before each document, and after it.
    package let beginning: Int32?
    package let end: Int32?
    let template: ChatTemplate?
    let variables: [String: JSONValue]
    /// Changes when anything does that tokens depend on.
    let fingerprint: String
    /// Tokens a conversation may have; nil where documents are text.
    package var conversationLimit: Int?

    /// - Parameter folder: holds `tokenizer.json` and, if there are special tokens or a template, `tokenizer_config.json`.
    package init(folder: String, conversationLimit: Int? = nil) throws {
        tokenizer = try Tokenizer(folder: folder)
        let configuration = try TokenizerConfiguration(folder: folder)
        beginning = configuration.bosToken.flatMap { [tokenizer] in tokenizer.id(of: $0) }
        end = configuration.eosToken.flatMap { [tokenizer] in tokenizer.id(of: $0) }
        variables = [
            "bos_token": configuration.bosToken.map { .string($0) } ?? .null,
            "eos_token": configuration.eosToken.map { .string($0) } ?? .null,
        ]
        self.conversationLimit = conversationLimit
        var text = try RunFile.text("\(folder)/tokenizer.json")
        if conversationLimit == nil {
            template = nil
        } else {
            guard let source = configuration.chatTemplate else {
                throw TrainingError(
                    .invalidData,
                    "\(folder)/tokenizer_config.json holds no \"chat_template\", so conversations cannot be written "
                        + "down; add one, or train on text")
            }
            template = try ChatTemplate(source, name: configuration.chatTemplatePlace ?? "chat_template")
            text += source + "\(conversationLimit ?? 0)"
        }
        fingerprint = RunFile.digest(Array("\(text)\(beginning ?? -1) \(end ?? -1)".utf8))
    }

    func tokens(_ document: DataDocument, isLast: Bool, place: (String) -> TrainingError) throws -> [Int32] {
        switch document.content {
        case .text(let text):
            let first = document.continues ? [] : beginning.map { [$0] } ?? []
            let last = isLast ? end.map { [$0] } ?? [] : []
            return first + tokenizer.encode(text, matchingSpecialTokens: false) + last
        case .messages(let conversation): return try tokens(conversation, place: place)
        }
    }
}

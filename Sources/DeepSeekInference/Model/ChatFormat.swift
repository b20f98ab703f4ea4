import DeepSeekJSON
import DeepSeekTokenizer

/// How texts and conversations become prompts of a model.
struct ChatFormat: Sendable {
    let tokenizer: Tokenizer
    /// Put before plain texts; nil for nothing.
    let prefix: Int32?
    let endOfSequence: Int32?
    /// Nil without a template. One that does not compile fails when it is used, since plain prompts do not need it.
    let template: Result<ChatTemplate, any Error>?
    /// What templates read besides the messages.
    let variables: [String: JSONValue]

    init(_ configuration: TokenizerConfiguration, tokenizer: Tokenizer) {
        func id(_ token: String?) -> Int32? {
            guard let token else { return nil }
            let ids = tokenizer.encode(token, matchingSpecialTokens: true)
            return ids.count == 1 ? ids.first : nil
        }
        self.tokenizer = tokenizer
        prefix = configuration.addBosToken ? id(configuration.bosToken) : nil
        endOfSequence = id(configuration.eosToken)
        template = configuration.chatTemplate.map { source in Result { try ChatTemplate(source) } }
        var variables: [String: JSONValue] = [:]
        variables["bos_token"] = configuration.bosToken.map { .string($0) }
        variables["eos_token"] = configuration.eosToken.map { .string($0) }
        self.variables = variables
    }
}

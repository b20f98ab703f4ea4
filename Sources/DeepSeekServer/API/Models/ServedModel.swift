import Crypto
import DeepSeekInference
import DeepSeekJSON
import DeepSeekTokenizer
import Foundation

/// The model as clients know it.
package struct ServedModel: Sendable {
    package let id: String
    /// Further names under which it answers.
    let aliases: Set<String>
    package let language: LanguageModel
    let tokenizer: Tokenizer
    let format: ChatFormat
    /// Seconds since 1970.
    let created: Int
    /// Changes with what could change an answer to the same request and seed.
    let fingerprint: String

    /// - Throws: ``APIError`` `unsupported` without a tokenizer: a server speaks text.
    package init(
        _ language: LanguageModel, id: String, aliases: Set<String> = [],
        created: Int = Int(Date().timeIntervalSince1970)
    ) throws(APIError) {
        guard let format = language.format else {
            throw APIError(
                .unsupported, "\(language.folder) holds no tokenizer.json, and a server speaks text; add the file")
        }
        self.id = id
        self.aliases = aliases
        self.language = language
        self.format = format
        self.created = created
        tokenizer = format.tokenizer
        let described = "\(id) \(language.configuration) \(language.weightBytes) \(language.options)"
        let digest = SHA256.hash(data: Data(described.utf8))
        fingerprint = "fp_" + digest.prefix(5).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    /// - Throws: ``APIError`` `modelNotFound`.
    func check(_ name: String) throws(APIError) {
        guard name == id || aliases.contains(name) else {
            throw APIError(
                .modelNotFound, "there is no model \"\(name.prefix(200))\" here; this server has \"\(id)\"",
                parameter: "model")
        }
    }

    var json: JSONValue {
        [
            "id": .string(id), "object": "model", "created": .integer(created), "owned_by": "deepseek",
            "max_model_len": .integer(language.contextLength),
        ]
    }
}

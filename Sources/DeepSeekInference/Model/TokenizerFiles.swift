import DeepSeekCheckpoints
import DeepSeekTokenizer
import Foundation

/// A model's tokenizer and what its files say of its use: from a Hugging Face folder, or from inside a GGUF file.
public struct TokenizerFiles: Sendable {
    public let tokenizer: Tokenizer
    public let configuration: TokenizerConfiguration
    /// Where the configuration comes from, for errors.
    public let source: String

    /// Reads both; the weights are not needed.
    ///
    /// - Throws: `TokenizerError`, or `CheckpointError` for a GGUF file that holds none.
    public init(_ folder: String) throws {
        if let path = try Checkpoint.ggufPath(folder) {
            let embedded = try Checkpoint.embeddedTokenizer(path)
            tokenizer = try Tokenizer(json: embedded.tokenizer, name: path)
            configuration = try TokenizerConfiguration(json: embedded.configuration, name: path)
            source = path
        } else {
            tokenizer = try Tokenizer(folder: folder)
            configuration = try TokenizerConfiguration(folder: folder)
            source = Self.path(folder, "tokenizer_config.json")
        }
    }

    /// The same of a model that may have no tokenizer; nil then.
    public static func ifPresent(_ folder: String) throws -> TokenizerFiles? {
        let isPresent =
            if let path = try Checkpoint.ggufPath(folder) {
                try Checkpoint.hasEmbeddedTokenizer(path)
            } else {
                FileManager.default.fileExists(atPath: path(folder, "tokenizer.json"))
            }
        return isPresent ? try TokenizerFiles(folder) : nil
    }

    private static func path(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}

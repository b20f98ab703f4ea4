import DeepSeekCheckpoints
import DeepSeekTokenizer
import Foundation

/// A model's tokenizer and what its files say of its use: from a Hugging Face folder, or from inside a GGUF file.
public struct TokenizerFiles: Sendable {
    public let tokenizer: Tokenizer
    public let configuration: TokenizerConfiguration

    /// Nil if the model has none. The weights are not needed.
    ///
    /// - Throws: `TokenizerError`, or `CheckpointError` for a GGUF file.
    public static func open(_ folder: String) throws -> TokenizerFiles? {
        if let embedded = try Checkpoint.embeddedTokenizer(folder) {
            return TokenizerFiles(
                tokenizer: try Tokenizer(json: embedded.tokenizer, name: embedded.path),
                configuration: try TokenizerConfiguration(json: embedded.configuration, name: embedded.path))
        }
        let path = folder.hasSuffix("/") ? folder + "tokenizer.json" : folder + "/tokenizer.json"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return TokenizerFiles(
            tokenizer: try Tokenizer(folder: folder), configuration: try TokenizerConfiguration(folder: folder))
    }
}

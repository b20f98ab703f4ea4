/// Why a model cannot be opened, or a batch not be computed, and what to do.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// `config.json` is contradictory, out of bounds or of the wrong type.
        case invalidConfiguration
        /// A network that this package does not know.
        case unsupportedArchitecture
        /// A known network with something that is not computed here.
        case unsupportedFeature
        case notEnoughMemory
        /// A token id that the vocabulary does not have.
        case tokenOutOfRange
        /// A prompt without tokens.
        case emptyInput
        /// More positions than the model or the cache has.
        case contextExceeded
        /// A sequence that occurs twice in one batch.
        case duplicateSequence
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

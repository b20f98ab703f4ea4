import DeepSeekConstraints

/// Why a request cannot be answered, and what to do.
public struct InferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// A sampling parameter or an option out of its range.
        case invalidParameter
        /// `generation_config.json` holds a value that cannot be right.
        case invalidDefaults
        /// A prompt without tokens, or a text too short to score.
        case emptyPrompt
        /// A prompt that leaves no room for an answer.
        case promptTooLong
        /// A token id that the vocabulary does not have.
        case tokenOutOfRange
        /// The folder has no tokenizer, and the request needs one.
        case noTokenizer
        /// The folder has no chat template, and the request needs one.
        case noChatTemplate
        case notEnoughMemory
        /// The network computed something that is not a number.
        case invalidLogits
        /// An answer was asked for before it was complete.
        case unfinished
        /// The session still answers the turn before, and somebody reads it.
        case sessionBusy
        /// A constraint that is malformed, not supported, too complex, or that nothing satisfies.
        case invalidConstraint
        /// A saved conversation that is not a list of messages.
        case invalidTranscript
        /// As many requests wait as may; ask again later.
        case overloaded
        /// The folder for cached pages cannot be made or read.
        case unusableContextCache
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: ConstraintError) { self.init(.invalidConstraint, error.message) }
}

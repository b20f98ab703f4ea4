/// Why a tokenizer cannot be opened: which file, which place in it, and what to do about it.
public struct TokenizerError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// There is no such file, or no `tokenizer.json` in the folder.
        case fileNotFound
        /// The file exists and cannot be read.
        case fileNotReadable
        /// The file is not JSON.
        case invalidJSON
        /// A member that must be there is not.
        case missingField
        /// A member has the wrong kind of value.
        case wrongType
        /// A member has the right kind and a value that cannot be right: an identifier out of range, an empty token.
        case invalidValue
        /// The same token, identifier or merge occurs twice.
        case duplicate
        /// A merge or the unknown token names a token that the vocabulary lacks.
        case unknownToken
        /// A sound file that needs something this package does not do.
        case unsupported
        /// A pre-tokenizer pattern that is not a regular expression.
        case invalidPattern
        /// A pre-tokenizer pattern with a construct that cannot be matched in linear time here.
        case unsupportedPattern
        /// A pre-tokenizer pattern whose automaton would be too large.
        case patternTooComplex
    }

    public let code: Code
    /// What is wrong, where, and what to do.
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

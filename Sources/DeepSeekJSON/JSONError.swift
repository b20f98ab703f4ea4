/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The text breaks the grammar.
        case syntax
        /// The text ends in the middle of a value.
        case truncated
        /// An object holds the same key twice.
        case duplicateKey
        /// Nested deeper than ``JSONParser/maximumDepth``.
        case tooDeep
        /// A string is not valid UTF-8, or an escape names half a surrogate pair.
        case invalidString
        /// A number that a double cannot hold.
        case numberOutOfRange
        /// More values than the reader allows.
        case tooManyValues
    }

    public let code: Code
    public let message: String
    /// Bytes from the start of the text.
    public let offset: Int
    /// From 1.
    public let line: Int
    /// In bytes from the start of the line, from 1.
    public let column: Int

    public var description: String { "line \(line), column \(column): \(message)" }
}

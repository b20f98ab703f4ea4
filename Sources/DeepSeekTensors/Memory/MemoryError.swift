/// Memory that could not be had, or a file that could not be mapped.
public struct MemoryError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case fileNotFound
        case fileNotReadable
        case outOfMemory
    }

    public let code: Code
    /// What happened, where, and what to do.
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

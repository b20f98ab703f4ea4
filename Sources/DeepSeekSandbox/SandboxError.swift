/// Why a program could not be run, and what to do.
public struct SandboxError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// There is no such program.
        case notFound
        /// The system refuses to start it, or has no room for its files.
        case cannotStart
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

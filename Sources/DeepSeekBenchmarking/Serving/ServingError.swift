/// Why a load cannot be put on a server.
public struct ServingError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// No address of a server.
        case badAddress
        /// Nobody answers there.
        case unreachable
        /// It answers, and not with an answer.
        case refused
        /// Lengths that are none.
        case badLengths
        /// A file of conversations that holds none.
        case badConversations
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    init(_ code: Code, _ message: String) { (self.code, self.message) = (code, message) }
}

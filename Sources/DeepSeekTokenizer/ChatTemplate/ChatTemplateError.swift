/// Why a chat template cannot be used, or why a conversation cannot be rendered with it.
public struct ChatTemplateError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The template breaks Jinja's grammar.
        case syntax
        /// The template uses a part of Jinja that is not supported here.
        case unsupported
        /// A value that does not exist is used as if it did.
        case undefined
        /// An operation does not fit the types of its operands, or a function the arguments it is given.
        case type
        /// A value is outside of what an operation takes: an index out of range, a division by zero.
        case value
        /// The sandbox refuses the operation.
        case forbidden
        /// The template or a value is nested too deeply, runs for too long or prints too much.
        case limit
        /// The template itself refuses the conversation with `raise_exception`.
        case raised
        /// A message is not an object with a role.
        case invalidMessage
        /// The template would leave a message out.
        case droppedMessage
    }

    public let code: Code
    /// The name under which the template was compiled.
    public let template: String
    /// The line of the template, from 1; nil when the error is not at a place of the template.
    public let line: Int?
    public let message: String

    public init(code: Code, template: String, line: Int?, message: String) {
        self.code = code
        self.template = template
        self.line = line
        self.message = message
    }

    public var description: String {
        if let line { "\(template), line \(line): \(message)" } else { "\(template): \(message)" }
    }
}

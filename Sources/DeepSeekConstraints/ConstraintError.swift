/// Why a constraint cannot be used, and what to do.
public struct ConstraintError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// A schema that is not one: a keyword with the wrong kind of value, a reference to nowhere.
        case invalidSchema
        /// A sound schema with a keyword, format or combination that is not supported.
        case unsupportedSchema
        /// A schema that the rules of strict mode forbid.
        case notStrict
        /// A regular expression that is not one.
        case invalidPattern
        /// A regular expression with a construct that is not supported.
        case unsupportedPattern
        /// No choices, or an empty list of functions.
        case empty
        /// Nothing satisfies the constraint.
        case unsatisfiable
        /// The constraint needs too large an automaton.
        case tooComplex
    }

    public let code: Code
    public let message: String
    /// Where in the schema, as a JSON pointer; nil if it is not about a place in a schema.
    public let pointer: String?

    public var description: String { message }

    package init(_ code: Code, _ message: String, pointer: String? = nil) {
        self.code = code
        self.message = message
        self.pointer = pointer
    }
}

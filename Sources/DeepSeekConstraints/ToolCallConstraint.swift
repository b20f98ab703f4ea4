import DeepSeekJSON

/// Which functions an answer may or must call.
public struct ToolCallConstraint: Sendable, Hashable {
    public struct Function: Sendable, Hashable {
        public var name: String
        /// A JSON Schema of the arguments; nil for an object of any members.
        public var parameters: JSONValue?
        /// See ``OutputConstraint/jsonSchema(_:strict:)``.
        public var isStrict: Bool

        public init(name: String, parameters: JSONValue?, isStrict: Bool = false) {
            self.name = name
            self.parameters = parameters
            self.isStrict = isStrict
        }
    }

    /// Those that may be called: for a call of a certain one, that one alone.
    public var functions: [Function]
    /// Whether the answer must be calls. Otherwise it may be any text, or calls after some text.
    public var isRequired: Bool
    /// Whether there may be more than one call.
    public var allowsSeveral: Bool
    /// How calls are written.
    public var form: ToolCallForm

    public init(
        functions: [Function], isRequired: Bool, allowsSeveral: Bool = true, form: ToolCallForm = .tagged
    ) {
        self.functions = functions
        self.isRequired = isRequired
        self.allowsSeveral = allowsSeveral
        self.form = form
    }
}

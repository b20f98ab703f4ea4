import DeepSeekConstraints
import DeepSeekJSON

/// `tools`, `tool_choice` and `parallel_tool_calls`.
struct ToolFields: Sendable {
    static let keys: Set<String> = ["tools", "tool_choice", "parallel_tool_calls"]
    static let maximumTools = 128

    /// As the chat template reads them; empty when no tool may be called.
    private(set) var offered: [JSONValue] = []
    private(set) var functions: [ToolCallConstraint.Function] = []
    private(set) var isRequired = false
    private(set) var allowsSeveral = true

    init(_ fields: RequestFields) throws(APIError) {
        let tools = try fields.objects("tools") ?? []
        guard tools.count <= Self.maximumTools else {
            throw fields.invalid("tools", "holds \(tools.count) tools, and at most \(Self.maximumTools) go")
        }
        for tool in tools { try add(tool) }
        allowsSeveral = try fields.bool("parallel_tool_calls") ?? true
        try choose(fields)
    }

    private mutating func add(_ tool: RequestFields) throws(APIError) {
        _ = try tool.required("type", tool.choice("type", of: ["function"]))
        let function = try tool.required("function", tool.object("function"))
        let name = try function.required("name", function.string("name"))
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isOfName) else {
            throw function.invalid("name", "must be 1 to 64 letters, digits, underscores and hyphens")
        }
        guard !functions.contains(where: { $0.name == name }) else {
            throw function.invalid("name", "is \"\(name)\", as that of another tool")
        }
        let parameters = try function.object("parameters").map { JSONValue.object($0.members) }
        functions.append(.init(name: name, parameters: parameters, isStrict: try function.bool("strict") ?? false))
        offered.append(.object(tool.members))
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private mutating func choose(_ fields: RequestFields) throws(APIError) {
        guard let choice = fields["tool_choice"] else { return }
        if choice.string != nil {
            let word = try fields.choice("tool_choice", of: ["none", "auto", "required"])
            if word == "none" { (offered, functions) = ([], []) }
            isRequired = word == "required"
            if isRequired, functions.isEmpty {
                throw fields.invalid("tool_choice", "is \"required\", and there are no tools")
            }
            return
        }
        guard let object = try fields.object("tool_choice") else { return }
        _ = try object.required("type", object.choice("type", of: ["function"]))
        let function = try object.required("function", object.object("function"))
        let name = try function.required("name", function.string("name"))
        functions = functions.filter { $0.name == name }
        guard !functions.isEmpty else {
            throw function.invalid("name", "is \"\(name.prefix(80))\", and there is no tool of that name")
        }
        (isRequired, allowsSeveral) = (true, false)
    }

    func constraint(_ form: ToolCallForm) -> OutputConstraint? {
        guard !functions.isEmpty else { return nil }
        return .toolCalls(
            ToolCallConstraint(functions: functions, isRequired: isRequired, allowsSeveral: allowsSeveral, form: form))
    }
}

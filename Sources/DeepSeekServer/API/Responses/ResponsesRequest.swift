import DeepSeekConstraints
import DeepSeekInference
import DeepSeekJSON

/// The body of `POST /responses`: what text clients use of it. Nothing is stored, and no tools are run.
package struct ResponsesRequest: Sendable {
    package var model: String
    package var messages: [JSONValue]
    package var sampling: SamplingParameters
    package var maximumTokens: Int?
    package var stream: Bool
    var constraint: OutputConstraint?
    /// As they came, for the response to repeat.
    let instructions: JSONValue
    let metadata: JSONValue

    package static let keys: Set<String> = [
        "model", "input", "instructions", "max_output_tokens", "temperature", "top_p", "stream", "text", "store",
        "metadata", "user", "safety_identifier", "prompt_cache_key", "service_tier", "truncation", "stream_options",
        "previous_response_id", "background", "tools", "tool_choice", "parallel_tool_calls", "include", "seed",
    ]

    package init(_ fields: RequestFields) throws(APIError) {
        try fields.refuseOthers(than: Self.keys)
        try Self.refuseUnsupported(fields)
        model = try fields.required("model", fields.string("model"))
        stream = try fields.bool("stream") ?? false
        maximumTokens = try fields.integer("max_output_tokens", in: 1...Int(Int32.max))
        sampling = SamplingParameters()
        sampling.temperature = try fields.number("temperature", in: 0...2)
        sampling.topP = try fields.number("top_p", in: 0...1)
        if sampling.topP == 0 { throw fields.invalid("top_p", "is 0; it must be more than 0 and at most 1") }
        sampling.seed = try fields.integer("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
        constraint = try Self.constraint(fields)
        instructions = fields["instructions"] ?? .null
        metadata = fields["metadata"] ?? [:]
        messages = try Self.messages(fields)
        if let text = try fields.string("instructions") {
            messages.insert(["role": "system", "content": .string(text)], at: 0)
        }
    }

    private static func refuseUnsupported(_ fields: RequestFields) throws(APIError) {
        if fields["previous_response_id"] != nil {
            throw fields.invalid(
                "previous_response_id", "is not supported: responses are not stored; send all of the input")
        }
        if try fields.bool("background") == true { throw fields.invalid("background", "is not supported") }
        if try fields.array("tools")?.isEmpty == false {
            throw fields.invalid("tools", "are not supported here; /chat/completions takes them")
        }
        if let truncation = try fields.string("truncation"), truncation != "disabled" {
            throw fields.invalid("truncation", "must be \"disabled\": nothing of the input is left out")
        }
    }

    private static func messages(_ fields: RequestFields) throws(APIError) -> [JSONValue] {
        let input = try fields.required("input", fields["input"])
        if let text = input.string { return [["role": "user", "content": .string(text)]] }
        guard let items = try fields.objects("input") else {
            throw fields.mistyped("input", "a string or an array", input)
        }
        var messages: [JSONValue] = []
        for item in items {
            if let type = try item.string("type"), type != "message" {
                throw item.invalid("type", "is \"\(type.prefix(40))\"; messages only are supported")
            }
            var members = item.members
            for key in ["type", "id", "status"] { members[key] = nil }
            messages.append(.object(members))
        }
        return try ChatMessages.parse(RequestFields(["messages": .array(messages)])).messages
    }

    private static func constraint(_ fields: RequestFields) throws(APIError) -> OutputConstraint? {
        guard let text = try fields.object("text"), let format = try text.object("format") else { return nil }
        let types = ["text", "json_object", "json_schema"]
        switch try format.required("type", format.choice("type", of: types)) {
        case "json_object": return .json
        case "json_schema": return try ResponseFormat.schema(format)
        default: return nil
        }
    }
}

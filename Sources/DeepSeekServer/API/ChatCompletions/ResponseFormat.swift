import DeepSeekConstraints
import DeepSeekJSON

/// `response_format`, and the fields of vLLM that ask for the same kind of thing.
enum ResponseFormat {
    static let keys: Set<String> = ["response_format", "guided_regex", "guided_choice"]

    static func constraint(_ fields: RequestFields) throws(APIError) -> OutputConstraint? {
        var constraints: [OutputConstraint] = []
        if let format = try fields.object("response_format"), let constraint = try parse(format) {
            constraints.append(constraint)
        }
        if let pattern = try fields.string("guided_regex") { constraints.append(.regex(pattern)) }
        if fields["guided_choice"] != nil {
            constraints.append(.choice(try fields.strings("guided_choice", atMost: 1_024)))
        }
        guard constraints.count < 2 else {
            throw fields.invalid("response_format", "does not go with another constraint of the output")
        }
        return constraints.first
    }

    private static func parse(_ format: RequestFields) throws(APIError) -> OutputConstraint? {
        let types = ["text", "json_object", "json_schema"]
        switch try format.required("type", format.choice("type", of: types)) {
        case "json_object": return .json
        case "json_schema":
            let schema = try format.required("json_schema", format.object("json_schema"))
            return try self.schema(schema)
        default: return nil
        }
    }

    /// The object with `name`, `schema` and `strict`.
    static func schema(_ fields: RequestFields) throws(APIError) -> OutputConstraint {
        _ = try fields.required("name", fields.string("name"))
        let schema = try fields.required("schema", fields["schema"])
        return .jsonSchema(schema, strict: try fields.bool("strict") ?? false)
    }
}

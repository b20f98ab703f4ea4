/// The keywords that a schema may have and that say what is valid.
enum SchemaKeyword: String {
    case reference = "$ref"
    case type, `enum`, const, anyOf
    case properties, required, additionalProperties
    case items, minItems, maxItems
    case pattern, format, minLength, maxLength
    case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf

    /// Those that only describe, or that hold what references lead to.
    static let silent: Set<String> = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema",
        "$defs", "definitions", "contentEncoding", "contentMediaType",
    ]

    /// Whether it is about values of one type, and lets those of others be.
    static func isAboutOneType(_ name: String) -> Bool {
        switch SchemaKeyword(rawValue: name) {
        case nil, .reference, .type, .enum, .const, .anyOf: false
        default: true
        }
    }
}

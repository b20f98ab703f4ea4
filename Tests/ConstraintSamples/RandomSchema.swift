import DeepSeekJSON

/// Schemas of every construct that is understood, the same ones for the same seed.
package struct RandomSchema {
    private var writer: RandomWriter
    private let isStrict: Bool
    private var definitions = 0

    private init(seed: UInt64) {
        writer = RandomWriter(seed: seed)
        isStrict = seed % 2 == 0
    }

    package static func make(seed: UInt64) -> (schema: JSONValue, isStrict: Bool) {
        var maker = RandomSchema(seed: seed)
        return (maker.root(), maker.isStrict)
    }

    private mutating func root() -> JSONValue {
        definitions = writer.below(3)
        var schema = object(depth: 3)
        if definitions > 0 {
            var all = JSONObject()
            for index in 0..<definitions { all["d\(index)"] = .object(object(depth: 2)) }
            schema["$defs"] = .object(all)
        }
        return .object(schema)
    }

    private mutating func object(depth: Int) -> JSONObject {
        var properties = JSONObject()
        let names = ["name", "a", "b\"c", "größe", "x/y", "~", "", "id", "\u{1}", "long name with spaces"]
        for _ in 0..<writer.below(4) + 1 { properties[names[writer.below(names.count)]] = value(depth: depth - 1) }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        let all = properties.keys
        if isStrict {
            schema["required"] = .array(all.map { .string($0) })
            schema["additionalProperties"] = false
        } else {
            schema["required"] = .array(all.filter { _ in writer.below(2) == 0 }.map { .string($0) })
            switch writer.below(4) {
            case 0: schema["additionalProperties"] = ["type": "integer"]
            case 1: break
            default: schema["additionalProperties"] = false
            }
        }
        return schema
    }

    private mutating func value(depth: Int) -> JSONValue {
        switch writer.below(depth > 0 ? 12 : 8) {
        case 0: return string()
        case 1: return number()
        case 2: return ["type": "boolean", "description": "x"]
        case 3: return ["enum": ["a", 1, nil, true, "b\nc", "é", 2.5]]
        case 4: return ["type": ["string", "null"]]
        case 5: return isStrict ? ["const": ["k": [1, "two"]]] : ["type": "string", "enum": ["p", 7]]
        case 6: return format()
        case 7: return ["type": "integer"]
        case 8: return .object(object(depth: depth))
        case 9:
            var array: JSONObject = ["type": "array", "items": value(depth: depth - 1)]
            let minimum = writer.below(3)
            if writer.below(2) == 0 { array["minItems"] = .integer(minimum) }
            if writer.below(2) == 0 { array["maxItems"] = .integer(minimum + writer.below(4)) }
            return .object(array)
        case 10: return ["anyOf": [value(depth: depth - 1), ["type": "null"], value(depth: depth - 1)]]
        default:
            // Nullable, so that recursion can end.
            guard definitions > 0 else { return ["type": "null"] }
            return ["anyOf": [["$ref": .string("#/$defs/d\(writer.below(definitions))")], ["type": "null"]]]
        }
    }

    private mutating func string() -> JSONValue {
        switch writer.below(6) {
        case 0: return ["type": "string"]
        case 1: return ["type": "string", "minLength": 2, "maxLength": .integer(2 + writer.below(5))]
        case 2: return ["type": "string", "pattern": "^[A-Z]{2,4}-\\d+$"]
        case 3: return ["type": "string", "pattern": "(foo|bär)+[^a-z]?", "maxLength": 12]
        case 4: return ["type": "string", "pattern": "^(?:\\S\\s?){1,5}\\W$"]
        default: return ["type": "string", "pattern": "\"|\\\\", "minLength": 3]
        }
    }

    private mutating func number() -> JSONValue {
        let low = writer.below(2_000) - 1_000
        switch writer.below(6) {
        case 0: return ["type": "number"]
        case 1: return ["type": "integer", "minimum": .integer(low), "maximum": .integer(low + writer.below(300))]
        case 2:
            return [
                "type": "number", "exclusiveMinimum": .integer(low), "exclusiveMaximum": .number(Double(low) + 0.75),
            ]
        case 3: return ["type": "integer", "multipleOf": .integer(1 + writer.below(12)), "minimum": .integer(low)]
        case 4: return ["type": "number", "multipleOf": 0.25, "maximum": .integer(low)]
        default: return ["type": "number", "minimum": 0, "maximum": 1]
        }
    }

    private mutating func format() -> JSONValue {
        let names = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
        return ["type": "string", "format": .string(names[writer.below(names.count)])]
    }
}

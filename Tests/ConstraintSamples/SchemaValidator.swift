import DeepSeekJSON
import Foundation

/// A small validator of the keywords that constraints understand, written from the standard and not from the compiler.
package struct SchemaValidator {
    private let root: JSONValue

    package init(root: JSONValue) { self.root = root }

    package func accepts(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        if let bool = schema.bool { return bool }
        guard let members = schema.object else { return false }
        return members.allSatisfy { key, rule in holds(key, rule, members, value) }
    }

    private func holds(_ key: String, _ rule: JSONValue, _ members: JSONObject, _ value: JSONValue) -> Bool {
        switch key {
        case "$ref": return find(rule.string ?? "").map { accepts(value, $0) } ?? false
        case "type": return (rule.array ?? [rule]).contains { isOf($0.string ?? "", value) }
        case "enum": return (rule.array ?? []).contains { same($0, value) }
        case "const": return same(rule, value)
        case "anyOf": return (rule.array ?? []).contains { accepts(value, $0) }
        case "properties":
            return (value.object ?? [:]).allSatisfy { name, member in rule[name].map { accepts(member, $0) } ?? true }
        case "required":
            return value.object.map { object in (rule.array ?? []).allSatisfy { object[$0.string ?? ""] != nil } }
                ?? true
        case "additionalProperties":
            return (value.object ?? [:]).allSatisfy { name, member in
                members["properties"]?[name] != nil || accepts(member, rule)
            }
        case "items": return (value.array ?? []).allSatisfy { accepts($0, rule) }
        case "minItems": return value.array.map { $0.count >= rule.integer ?? 0 } ?? true
        case "maxItems": return value.array.map { $0.count <= rule.integer ?? 0 } ?? true
        case "minLength": return value.string.map { $0.unicodeScalars.count >= rule.integer ?? 0 } ?? true
        case "maxLength": return value.string.map { $0.unicodeScalars.count <= rule.integer ?? 0 } ?? true
        case "pattern":
            return value.string.map { $0.range(of: rule.string ?? "", options: .regularExpression) != nil } ?? true
        case "minimum": return value.number.map { $0 >= rule.number ?? 0 } ?? true
        case "maximum": return value.number.map { $0 <= rule.number ?? 0 } ?? true
        case "exclusiveMinimum": return value.number.map { $0 > rule.number ?? 0 } ?? true
        case "exclusiveMaximum": return value.number.map { $0 < rule.number ?? 0 } ?? true
        case "multipleOf":
            return value.number.map { ($0 / (rule.number ?? 1)).rounded() == $0 / (rule.number ?? 1) } ?? true
        default: return true
        }
    }

    private func isOf(_ type: String, _ value: JSONValue) -> Bool {
        switch type {
        case "object": value.object != nil
        case "array": value.array != nil
        case "string": value.string != nil
        case "number": value.number != nil
        case "integer": value.number.map { $0.rounded() == $0 } ?? false
        case "boolean": value.bool != nil
        default: value.isNull
        }
    }

    private func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if let first = left.number, let second = right.number { return first == second }
        if let first = left.array, let second = right.array {
            return first.count == second.count && zip(first, second).allSatisfy { same($0, $1) }
        }
        if let first = left.object, let second = right.object {
            return first.count == second.count
                && first.allSatisfy { key, value in second[key].map { same(value, $0) } ?? false }
        }
        return left == right
    }

    private func find(_ reference: String) -> JSONValue? {
        var value: JSONValue? = root
        for step in reference.split(separator: "/").dropFirst() { value = value?[String(step)] }
        return value
    }
}

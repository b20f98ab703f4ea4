import DeepSeekJSON

/// What a schema may hold, and what strict mode forbids.
extension SchemaCompiler {
    static let maximumLevels = 10

    func checkKeywords(_ members: JSONObject, _ pointer: String) throws(ConstraintError) {
        for (key, value) in members where SchemaKeyword(rawValue: key) == nil && !SchemaKeyword.silent.contains(key) {
            // A name for the whole document changes nothing.
            if key == "$id", pointer.isEmpty { continue }
            if key == "uniqueItems", value == false { continue }
            throw error(
                .unsupportedSchema, "the keyword \"\(key.prefix(80))\" is not supported; write the schema without it",
                at: pointer + "/" + SchemaPointer.escaped(key))
        }
    }

    func checkLevel(_ level: Int, _ pointer: String) throws(ConstraintError) {
        guard level <= Self.maximumLevels + 1 else {
            throw error(
                .notStrict, "schemas are nested more than \(Self.maximumLevels) levels deep in strict mode", at: pointer
            )
        }
    }

    mutating func checkStrict(
        _ properties: JSONObject, _ required: Set<String>, _ members: JSONObject, _ pointer: String
    ) throws(ConstraintError) {
        guard members["additionalProperties"] == false else {
            throw error(
                .notStrict, "an object must have \"additionalProperties\": false in strict mode", at: pointer)
        }
        if let name = properties.keys.first(where: { !required.contains($0) }) {
            throw error(
                .notStrict,
                "the property \"\(name.prefix(80))\" must be required in strict mode; let its type be null too where it "
                    + "may be absent", at: pointer)
        }
        if let name = required.first(where: { properties[$0] == nil }) {
            throw error(.notStrict, "required names \"\(name.prefix(80))\", which is no property", at: pointer)
        }
        if let excess = counts.add(properties: properties.keys) { throw error(.notStrict, excess, at: pointer) }
    }
}

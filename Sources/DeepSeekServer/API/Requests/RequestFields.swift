import DeepSeekJSON

/// The members of an object that a client sent, read with errors that name the field. A null counts as absent.
///
/// What has the wrong form is `invalidType` (400), what has the right form and a value out of range `invalidValue` (422).
package struct RequestFields: Sendable {
    package let members: JSONObject
    /// Where the object stands: empty, or `messages[2]`.
    package let place: String

    package init(_ members: JSONObject, place: String = "") {
        self.members = members
        self.place = place
    }

    package func name(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

    package subscript(key: String) -> JSONValue? {
        guard let value = members[key], !value.isNull else { return nil }
        return value
    }

    /// - Throws: ``APIError`` `unknownField` for a key that is not among these.
    package func refuseOthers(than known: Set<String>) throws(APIError) {
        guard let key = members.keys.first(where: { !known.contains($0) }) else { return }
        throw APIError(
            .unknownField, "there is no parameter \"\(name(String(key.prefix(80))))\"",
            parameter: String(name(key).prefix(160)))
    }

    // MARK: Kinds

    package func string(_ key: String) throws(APIError) -> String? { try read(key, "a string", \.string) }

    package func bool(_ key: String) throws(APIError) -> Bool? { try read(key, "true or false", \.bool) }

    package func array(_ key: String) throws(APIError) -> [JSONValue]? { try read(key, "an array", \.array) }

    package func object(_ key: String) throws(APIError) -> RequestFields? {
        try read(key, "an object", \.object).map { RequestFields($0, place: name(key)) }
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) throws(APIError) -> Int? {
        guard let value = try read(key, "an integer", \.integer) else { return nil }
        guard range.contains(value) else { throw outOfRange(key, value, range.lowerBound, range.upperBound) }
        return value
    }

    package func number(_ key: String, in range: ClosedRange<Double>) throws(APIError) -> Double? {
        guard let value = try read(key, "a number", \.number) else { return nil }
        guard range.contains(value) else { throw outOfRange(key, value, range.lowerBound, range.upperBound) }
        return value
    }

    /// One of some words.
    package func choice(_ key: String, of words: [String]) throws(APIError) -> String? {
        guard let value = try string(key) else { return nil }
        guard words.contains(value) else {
            throw invalid(key, "must be one of \(words.joined(separator: ", ")), and is \"\(value.prefix(80))\"")
        }
        return value
    }

    /// A string, or an array of them.
    package func strings(_ key: String, atMost limit: Int) throws(APIError) -> [String] {
        guard let value = self[key] else { return [] }
        let elements = value.array ?? [value]
        let strings = elements.compactMap(\.string)
        guard strings.count == elements.count else { throw mistyped(key, "a string or an array of strings", value) }
        guard strings.count <= limit else {
            throw invalid(key, "holds \(strings.count) strings, and at most \(limit) go")
        }
        return strings
    }

    /// The objects of an array.
    package func objects(_ key: String) throws(APIError) -> [RequestFields]? {
        guard let elements = try array(key) else { return nil }
        var result: [RequestFields] = []
        for (index, element) in elements.enumerated() {
            guard let members = element.object else { throw mistyped("\(key)[\(index)]", "an object", element) }
            result.append(RequestFields(members, place: name("\(key)[\(index)]")))
        }
        return result
    }

    package func required<Value>(_ key: String, _ value: Value?) throws(APIError) -> Value {
        guard let value else {
            throw APIError(.missingField, "\(name(key)) is missing", parameter: name(key))
        }
        return value
    }

    // MARK: Errors

    package func invalid(_ key: String, _ reason: String) -> APIError {
        APIError(.invalidValue, "\(name(key)) \(reason)", parameter: name(key))
    }

    package func mistyped(_ key: String, _ wanted: String, _ value: JSONValue) -> APIError {
        APIError(.invalidType, "\(name(key)) must be \(wanted), and is \(value.kind)", parameter: name(key))
    }

    private func outOfRange(_ key: String, _ value: some Any, _ low: some Any, _ high: some Any) -> APIError {
        invalid(key, "is \(value); it must be between \(low) and \(high)")
    }

    private func read<Value>(_ key: String, _ wanted: String, _ kind: (JSONValue) -> Value?) throws(APIError) -> Value?
    {
        guard let value = self[key] else { return nil }
        guard let result = kind(value) else { throw mistyped(key, wanted, value) }
        return result
    }
}

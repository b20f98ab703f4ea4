import DeepSeekJSON

/// Reads the members of a configuration with their bounds; every error names the file and the key.
struct ConfigurationReader {
    let json: JSONValue
    /// The file, and the place in it for nested objects.
    let place: String

    /// More than any model has, and small enough that products of three of them fit an `Int`.
    static let largestSize = 1 << 20

    /// Of what is a product itself: all heads, all shared experts. Several times what any model has, and small enough
    /// that the parameters of all layers can be counted.
    static let largestWidth = 1 << 22

    func error(_ message: String) -> ModelError { error(.invalidConfiguration, message) }

    func error(_ code: ModelError.Code, _ message: String) -> ModelError { ModelError(code, "\(place): \(message)") }

    /// The member; nil when absent or null.
    func value(_ key: String) -> JSONValue? {
        guard let value = json[key], !value.isNull else { return nil }
        return value
    }

    func integer(_ key: String, in range: ClosedRange<Int> = 1...largestSize) throws(ModelError) -> Int {
        guard let value = try optionalInteger(key, in: range) else { throw error("\"\(key)\" is missing") }
        return value
    }

    func integer(
        _ key: String, in range: ClosedRange<Int> = 1...largestSize, default standard: Int
    ) throws(ModelError) -> Int { try optionalInteger(key, in: range) ?? standard }

    func optionalInteger(_ key: String, in range: ClosedRange<Int> = 1...largestSize) throws(ModelError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.integer else { throw error("\"\(key)\" must be an integer, and is \(value.kind)") }
        guard range.contains(integer) else {
            throw error("\"\(key)\" is \(integer); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func number(
        _ key: String, in range: ClosedRange<Double>, default standard: Double? = nil
    ) throws(ModelError) -> Double {
        guard let value = value(key) else {
            guard let standard else { throw error("\"\(key)\" is missing") }
            return standard
        }
        guard let number = value.number else { throw error("\"\(key)\" must be a number, and is \(value.kind)") }
        guard range.contains(number) else {
            throw error("\"\(key)\" is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func bool(_ key: String, default standard: Bool) throws(ModelError) -> Bool {
        guard let value = value(key) else { return standard }
        guard let bool = value.bool else { throw error("\"\(key)\" must be true or false, and is \(value.kind)") }
        return bool
    }

    func string(_ key: String, default standard: String) throws(ModelError) -> String {
        guard let value = value(key) else { return standard }
        guard let string = value.string else { throw error("\"\(key)\" must be a string, and is \(value.kind)") }
        return string
    }

    /// A token id or a list of them.
    func tokenIDs(_ key: String) throws(ModelError) -> [Int32] {
        guard let value = value(key) else { return [] }
        var ids: [Int32] = []
        for element in value.array ?? [value] {
            guard let integer = element.integer, let id = Int32(exactly: integer), id >= 0 else {
                throw error("\"\(key)\" must be a token id or a list of token ids")
            }
            ids.append(id)
        }
        return ids
    }
}

import DeepSeekJSON

/// What strict mode allows of a schema in all.
struct StrictCounts {
    static let maximumProperties = 5_000
    static let maximumValues = 1_000
    static let maximumCharacters = 120_000

    private var properties = 0
    private var values = 0
    private var characters = 0

    /// - Returns: what is too much; nil if nothing is.
    mutating func add(properties names: [String]) -> String? {
        properties += names.count
        characters += names.reduce(0) { $0 + $1.unicodeScalars.count }
        return excess
    }

    /// - Returns: what is too much; nil if nothing is.
    mutating func add(values new: [JSONValue]) -> String? {
        values += new.count
        characters += new.reduce(0) { $0 + ($1.string?.unicodeScalars.count ?? 0) }
        return excess
    }

    private var excess: String? {
        if properties > Self.maximumProperties {
            return "the schema has more than \(Self.maximumProperties) properties in strict mode"
        }
        if values > Self.maximumValues {
            return "the schema has more than \(Self.maximumValues) values of enumerations in strict mode"
        }
        if characters > Self.maximumCharacters {
            return "names and values have more than \(Self.maximumCharacters) characters in strict mode"
        }
        return nil
    }
}

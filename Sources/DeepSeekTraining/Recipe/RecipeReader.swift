import Yams

/// A mapping of a recipe. It remembers which of its keys were asked for, so that a key that nobody knows is an error.
final class RecipeReader {
    private let node: Node.Mapping
    private let path: String
    /// Of the mapping in the recipe: `optimizer.`; empty at the top.
    private let place: String
    private var known: Set<String> = []

    /// - Parameter path: of the file, for errors.
    convenience init(yaml: String, path: String) throws {
        let node: Node?
        do { node = try Yams.compose(yaml: yaml) } catch {
            throw TrainingError(.invalidRecipe, "\(path): not valid YAML: \(error)")
        }
        guard let mapping = node?.mapping else {
            throw TrainingError(.invalidRecipe, "\(path): a recipe is a mapping (key: value), and this is not")
        }
        try self.init(mapping, path: path, place: "")
    }

    private init(_ node: Node.Mapping, path: String, place: String) throws {
        self.node = node
        self.path = path
        self.place = place
        var keys: Set<String> = []
        for (key, _) in node {
            guard let name = key.string else { throw error(key, "a key must be a word") }
            guard keys.insert(name).inserted else { throw error(key, "\"\(place)\(name)\" is there twice") }
        }
    }

    func error(_ node: Node?, _ message: String) -> TrainingError {
        let line = node?.mark.map { ":\($0.line)" } ?? ""
        return TrainingError(.invalidRecipe, "\(path)\(line): \(message)")
    }

    /// About a key, at its line.
    func error(_ key: String, _ message: String) -> TrainingError {
        error(node[key], "\"\(place)\(key)\" \(message)")
    }

    func has(_ key: String) -> Bool { value(key) != nil }

    private func value(_ key: String) -> Node? {
        known.insert(key)
        guard let value = node[key], value.null == nil else { return nil }
        return value
    }

    /// To be called when everything has been asked for.
    func finish() throws {
        for (key, _) in node {
            guard let name = key.string, !known.contains(name) else { continue }
            throw error(
                key, "unknown key \"\(place)\(name)\"; known here: \(known.sorted().joined(separator: ", "))")
        }
    }

    func string(_ key: String) throws -> String? {
        guard let value = value(key) else { return nil }
        guard let string = value.string else { throw error(key, "must be a text") }
        return string
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let value = value(key) else { return nil }
        // 1_000_000 and 2e7 are integers too.
        let text = value.string?.replacing("_", with: "") ?? ""
        guard let integer = Int(text) ?? Double(text).flatMap(Int.init(exactly:)) else {
            throw error(key, "must be an integer")
        }
        guard range.contains(integer) else {
            throw error(key, "is \(integer); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return integer
    }

    func number(_ key: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.string.flatMap(Double.init), number.isFinite else {
            throw error(key, "must be a number")
        }
        guard range.contains(number) else {
            throw error(key, "is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func bool(_ key: String) throws -> Bool? {
        guard let value = value(key) else { return nil }
        guard let bool = value.bool else { throw error(key, "must be true or false") }
        return bool
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ key: String, _ type: Value.Type) throws -> Value?
    where Value.RawValue == String {
        guard let text = try string(key) else { return nil }
        guard let value = Value(rawValue: text) else {
            throw error(key, "is \"\(text)\"; known: \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    /// A mapping within this one.
    func mapping(_ key: String) throws -> RecipeReader? {
        guard let value = value(key) else { return nil }
        guard let mapping = value.mapping else { throw error(key, "must be a mapping (key: value)") }
        return try RecipeReader(mapping, path: path, place: "\(place)\(key).")
    }

    /// A list of mappings.
    func mappings(_ key: String) throws -> [RecipeReader]? {
        guard let value = value(key) else { return nil }
        guard let list = value.sequence else { throw error(key, "must be a list (- path: …)") }
        return try list.enumerated().map { index, element in
            guard let mapping = element.mapping else { throw error(element, "must be a mapping (path: …)") }
            return try RecipeReader(mapping, path: path, place: "\(place)\(key)[\(index)].")
        }
    }

    func numbers(_ key: String, in range: ClosedRange<Double>) throws -> [Double]? {
        guard let value = value(key) else { return nil }
        guard let list = value.sequence?.map({ $0.string.flatMap(Double.init) }) else {
            throw error(key, "must be a list of numbers")
        }
        return try list.map { number in
            guard let number, range.contains(number) else {
                throw error(key, "must hold numbers from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}

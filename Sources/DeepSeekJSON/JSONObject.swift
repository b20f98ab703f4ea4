/// The members of an object in the order in which they were written, found by their keys.
///
/// Keys are equal when strings are: different forms of one text (`é` in one scalar or two) are the same key.
public struct JSONObject: Sendable {
    public private(set) var keys: [String] = []
    public private(set) var values: [JSONValue] = []
    private var index = KeyIndex()

    public init() {}

    /// - Precondition: the keys differ.
    public init(uniqueKeysWithValues members: some Sequence<(String, JSONValue)>) {
        for (key, value) in members {
            let isNew = insert(value, forKey: key)
            precondition(isNew, "a key occurs twice")
        }
    }

    /// - Parameter duplicate: where the first key stands that is there before already; nil if all differ.
    init(keys: [String], values: [JSONValue], duplicate: inout Int?) {
        self.keys = keys
        self.values = values
        index = KeyIndex(keys, duplicate: &duplicate)
    }

    /// Adds a member at the end.
    ///
    /// - Returns: false, with nothing changed, if the key is there already.
    public mutating func insert(_ value: JSONValue, forKey key: String) -> Bool {
        guard index.insert(key, into: &keys) else { return false }
        values.append(value)
        return true
    }

    /// The member with this key. A new one is added at the end; assigning nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { index.find(key, in: keys).map { values[$0] } }
        set {
            switch (index.find(key, in: keys), newValue) {
            case (let place?, let value?): values[place] = value
            case (let place?, nil):
                keys.remove(at: place)
                values.remove(at: place)
                var duplicate: Int?
                index = KeyIndex(keys, duplicate: &duplicate)
            case (nil, let value?): _ = insert(value, forKey: key)
            case (nil, nil): break
            }
        }
    }
}

extension JSONObject: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { keys.count }
    public subscript(position: Int) -> (key: String, value: JSONValue) { (keys[position], values[position]) }
}

extension JSONObject: Hashable {
    /// Objects are equal if they have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.keys == right.keys && left.values == right.values
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(keys)
        hasher.combine(values)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Of members with the same key the last counts, in the place of the first.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        for (key, value) in elements { self[key] = value }
    }
}

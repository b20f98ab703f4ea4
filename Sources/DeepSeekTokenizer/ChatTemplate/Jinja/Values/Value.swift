import OrderedCollections

/// A value of the template language. All but namespaces are immutable, as in Transformers' sandbox.
enum Value {
    /// Why there is nothing: the text of the error when it is used.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case double(Double)
    case text(Text)
    case list(Elements)
    case tuple(Elements)
    case mapping(Mapping)
    case range(IntegerRange)
    /// What Python's lazy filters give: it can be gone through once.
    case stream(ElementStream)
    /// What `keys`, `values` and `items` of a dictionary give.
    case view(String, Elements)
    /// An index into the interpreter's namespaces. They are the only mutable values and may refer to each other in
    /// circles, so references to them own nothing.
    case namespace(Int)
    case loop(LoopState)
    indirect case callable(Callable)

    static func text(_ string: String) -> Value { .text(Text(string)) }
}

/// The elements of a list or tuple.
struct Elements {
    let items: [Value]
    let extent: Extent

    init(_ items: [Value]) throws(TemplateFault) {
        self.items = items
        extent = try Extent(around: items)
    }
}

struct Mapping {
    let entries: OrderedDictionary<Value, Value>
    let extent: Extent

    init(_ entries: OrderedDictionary<Value, Value>) throws(TemplateFault) {
        self.entries = entries
        extent = try Extent(around: Array(entries.keys) + entries.values)
    }
}

/// Elements that can be taken once.
final class ElementStream {
    let name: String
    let extent: Extent
    private var rest: ArraySlice<Value>

    init(_ name: String, _ items: [Value]) throws(TemplateFault) {
        self.name = name
        rest = items[...]
        extent = try Extent(around: items)
    }

    func takeFirst() -> Value? { rest.popFirst() }

    func takeAll() -> [Value] {
        defer { rest = [] }
        return Array(rest)
    }
}

extension Value {
    /// What Python calls the type, in the words of its error messages.
    var typeName: String {
        switch self {
        case .undefined: "Undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer: "int"
        case .double: "float"
        case .text: "str"
        case .list: "list"
        case .tuple: "tuple"
        case .mapping: "dict"
        case .range: "range"
        case .stream(let stream): stream.name
        case .view(let name, _): name
        case .namespace: "Namespace"
        case .loop: "LoopContext"
        case .callable: "function"
        }
    }

    var isUndefined: Bool { if case .undefined = self { true } else { false } }

    /// Python's truth value.
    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .double(let value): value != 0
        case .text(let text): !text.isEmpty
        case .list(let elements), .tuple(let elements), .view(_, let elements): !elements.items.isEmpty
        case .mapping(let mapping): !mapping.entries.isEmpty
        case .range(let range): range.count > 0
        case .stream, .namespace, .callable: true
        case .loop(let loop): !loop.items.isEmpty
        }
    }

    /// An index or a count: Python takes booleans for integers.
    var asInteger: Int? {
        switch self {
        case .integer(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    /// The number that arithmetic sees.
    var asDouble: Double? {
        switch self {
        case .double(let value): value
        default: asInteger.map(Double.init)
        }
    }

    /// Raises the error of an undefined value.
    func defined() throws(TemplateFault) -> Value {
        if case .undefined(let reason) = self { throw TemplateFault(.undefined, reason) }
        return self
    }

    /// The elements that a loop goes through.
    func elements() throws(TemplateFault) -> [Value] {
        switch self {
        case .undefined: []
        case .text(let text): text.characters.map { .text($0) }
        case .list(let elements), .tuple(let elements), .view(_, let elements): elements.items
        case .mapping(let mapping): Array(mapping.entries.keys)
        case .range(let range): range.values.map { .integer($0) }
        case .stream(let stream): stream.takeAll()
        case .loop, .none, .bool, .integer, .double, .namespace, .callable:
            throw TemplateFault(.type, "'\(typeName)' object is not iterable")
        }
    }

    func length() throws(TemplateFault) -> Int {
        switch self {
        case .undefined: 0
        case .text(let text): text.scalarCount
        case .list(let elements), .tuple(let elements), .view(_, let elements): elements.items.count
        case .mapping(let mapping): mapping.entries.count
        case .range(let range): range.count
        case .loop(let loop): loop.items.count
        default: throw TemplateFault(.type, "object of type '\(typeName)' has no length")
        }
    }

    static func list(_ items: [Value]) throws(TemplateFault) -> Value { .list(try Elements(items)) }
    static func tuple(_ items: [Value]) throws(TemplateFault) -> Value { .tuple(try Elements(items)) }
    static func stream(_ items: [Value]) throws(TemplateFault) -> Value {
        .stream(try ElementStream("generator", items))
    }
}

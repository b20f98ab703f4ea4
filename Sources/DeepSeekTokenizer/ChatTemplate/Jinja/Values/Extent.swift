/// How deep and large a value is and who wrote it, kept with every container: nothing may recurse too deeply, and a list
/// that holds one list many times over looks small in memory but is not to whoever walks through it.
struct Extent {
    static let leaf = Extent(depth: 0, size: 1, origin: .template)

    let depth: Int
    /// Elements at all levels; 64 bytes of text count as one.
    let size: Int
    /// Of the first string that the template did not write.
    let origin: Origin

    private init(depth: Int, size: Int, origin: Origin) {
        self.depth = depth
        self.size = size
        self.origin = origin
    }

    init(_ text: Text) { self.init(depth: 0, size: 1 + text.count >> 6, origin: text.origin) }

    init(around items: [Value]) throws(TemplateFault) {
        var depth = 0
        var size = 1
        var origin = Origin.template
        for item in items {
            let extent = item.extent
            depth = max(depth, extent.depth)
            size += extent.size
            origin = origin.combined(with: extent.origin)
            guard size <= TemplateLimits.valueSize else {
                throw TemplateFault(.limit, "a value has more than \(TemplateLimits.valueSize) elements")
            }
        }
        guard depth < TemplateLimits.valueDepth else {
            throw TemplateFault(.limit, "a value is nested more than \(TemplateLimits.valueDepth) deep")
        }
        self.init(depth: depth + 1, size: size, origin: origin)
    }
}

extension Value {
    var extent: Extent {
        switch self {
        case .text(let text): Extent(text)
        case .list(let elements), .tuple(let elements), .view(_, let elements): elements.extent
        case .mapping(let mapping): mapping.extent
        case .stream(let stream): stream.extent
        case .loop(let loop): loop.extent
        case .callable(let callable): callable.extent
        case .undefined, .none, .bool, .integer, .double, .range, .namespace: .leaf
        }
    }
}

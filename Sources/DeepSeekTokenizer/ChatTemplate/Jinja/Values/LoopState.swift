/// The `loop` variable of one running loop.
final class LoopState {
    let items: [Value]
    let extent: Extent
    var index = 0

    init(_ items: [Value]) throws(TemplateFault) {
        self.items = items
        extent = try Extent(around: items)
    }

    func attribute(_ name: String) -> Value? {
        switch name {
        case "index": .integer(index + 1)
        case "index0": .integer(index)
        case "revindex": .integer(items.count - index)
        case "revindex0": .integer(items.count - index - 1)
        case "first": .bool(index == 0)
        case "last": .bool(index == items.count - 1)
        case "length": .integer(items.count)
        // Only recursive loops get deeper.
        case "depth": .integer(1)
        case "depth0": .integer(0)
        case "previtem": index > 0 ? items[index - 1] : .undefined("there is no previous item")
        case "nextitem": index + 1 < items.count ? items[index + 1] : .undefined("there is no next item")
        case "cycle": .callable(.cycle(self))
        default: nil
        }
    }
}

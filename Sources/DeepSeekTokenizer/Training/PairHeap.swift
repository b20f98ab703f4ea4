/// Pairs by falling count, equal ones by rising tokens: which pair is merged next.
struct PairHeap {
    struct Item {
        var count: Int
        let left: Int32
        let right: Int32
        let number: Int32

        fileprivate func comesBefore(_ other: Item) -> Bool {
            if count != other.count { return count > other.count }
            return left != other.left ? left < other.left : right < other.right
        }
    }

    private var items: [Item] = []

    mutating func insert(_ item: Item) {
        items.append(item)
        var index = items.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard items[index].comesBefore(items[parent]) else { return }
            items.swapAt(index, parent)
            index = parent
        }
    }

    mutating func removeFirst() -> Item? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var index = 0
        while true {
            let child = 2 * index + 1
            guard child < items.count else { return first }
            let best = child + 1 < items.count && items[child + 1].comesBefore(items[child]) ? child + 1 : child
            guard items[best].comesBefore(items[index]) else { return first }
            items.swapAt(index, best)
            index = best
        }
    }
}

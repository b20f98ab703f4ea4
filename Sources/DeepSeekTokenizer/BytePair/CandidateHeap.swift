/// The pairs that may merge, the one to merge first on top: a binary heap in memory of the caller's.
struct CandidateHeap {
    private static let placeBits: UInt64 = 40

    private let items: UnsafeMutablePointer<UInt64>
    private var count = 0

    init(_ memory: UnsafeMutablePointer<UInt64>) { items = memory }

    /// Adds a candidate without order; ``arrange()`` must follow.
    mutating func collect(rank: Int32, place: Int) {
        items[count] = Self.pack(rank, place)
        count += 1
    }

    /// Orders what was collected, in linear time.
    mutating func arrange() {
        for parent in stride(from: count / 2 - 1, through: 0, by: -1) { sink(items[parent], at: parent) }
    }

    mutating func push(rank: Int32, place: Int) {
        let item = Self.pack(rank, place)
        var child = count
        count += 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard item < items[parent] else { break }
            items[child] = items[parent]
            child = parent
        }
        items[child] = item
    }

    mutating func pop() -> (rank: Int32, place: Int)? {
        guard count > 0 else { return nil }
        let top = items[0]
        count -= 1
        if count > 0 { sink(items[count], at: 0) }
        return (
            Int32(truncatingIfNeeded: top >> Self.placeBits), Int(truncatingIfNeeded: top & (1 << Self.placeBits - 1))
        )
    }

    private func sink(_ item: UInt64, at start: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < count else { break }
            if child + 1 < count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < item else { break }
            items[parent] = items[child]
            parent = child
        }
        items[parent] = item
    }

    private static func pack(_ rank: Int32, _ place: Int) -> UInt64 {
        UInt64(UInt32(bitPattern: rank)) << placeBits | UInt64(truncatingIfNeeded: place)
    }
}

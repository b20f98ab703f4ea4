/// The pages of a cache: which of them are free, and how many hold each of the others.
///
/// Sequences hold pages, each as often as it has them, and so may one tree of prefixes. A page that nobody holds is free.
struct PagePool {
    private var free: [Int32]
    private var holders: [Int32]
    /// Whether the tree of prefixes is among the holders.
    private var isKept: [Bool]
    /// Pages that only the tree holds.
    private(set) var idleCount = 0

    init(count: Int) {
        free = (0..<Int32(count)).reversed()
        holders = [Int32](repeating: 0, count: count)
        isKept = [Bool](repeating: false, count: count)
    }

    var freeCount: Int { free.count }

    func isShared(_ page: Int32) -> Bool { holders[Int(page)] > 1 }

    func isIdle(_ page: Int32) -> Bool { isKept[Int(page)] && holders[Int(page)] == 1 }

    /// A page for one holder; nil if none is free.
    mutating func take() -> Int32? {
        guard let page = free.popLast() else { return nil }
        holders[Int(page)] = 1
        return page
    }

    mutating func hold(_ page: Int32) {
        if isIdle(page) { idleCount -= 1 }
        holders[Int(page)] += 1
    }

    mutating func letGo(_ page: Int32) {
        holders[Int(page)] -= 1
        if holders[Int(page)] == 0 { free.append(page) }
        if isIdle(page) { idleCount += 1 }
    }

    /// The tree holds a page that somebody else holds.
    mutating func keep(_ page: Int32) {
        hold(page)
        isKept[Int(page)] = true
    }

    mutating func forget(_ page: Int32) {
        if isIdle(page) { idleCount -= 1 }
        isKept[Int(page)] = false
        letGo(page)
    }
}

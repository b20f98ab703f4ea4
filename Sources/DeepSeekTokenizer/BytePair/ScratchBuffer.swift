/// Memory that is used again and again and grows to the largest need.
final class ScratchBuffer<Element: BitwiseCopyable> {
    private(set) var pointer: UnsafeMutablePointer<Element>
    private(set) var capacity: Int

    init(capacity: Int = 256) {
        self.capacity = capacity
        pointer = .allocate(capacity: capacity)
    }

    deinit { pointer.deallocate() }

    /// Makes room for `needed` elements; the first `kept` survive.
    @inline(__always)
    func reserve(_ needed: Int, keeping kept: Int = 0) {
        if needed > capacity { grow(needed, keeping: kept) }
    }

    private func grow(_ needed: Int, keeping kept: Int) {
        let larger = max(needed, 2 * capacity)
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: larger)
        memory.update(from: pointer, count: kept)
        pointer.deallocate()
        pointer = memory
        capacity = larger
    }
}

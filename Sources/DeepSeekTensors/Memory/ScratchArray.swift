/// A growable array of plain values that several threads may read through its pointer. Growing moves it, so it is sized
/// before it is handed out; once large enough it never allocates again.
package final class ScratchArray<Element: BitwiseCopyable> {
    package private(set) var pointer: UnsafeMutablePointer<Element>
    private var capacity: Int

    package init(capacity: Int = 0) {
        self.capacity = max(capacity, 1)
        pointer = .allocate(capacity: self.capacity)
    }

    deinit { pointer.deallocate() }

    /// Makes room for `count` elements. What was there before is lost if it has to grow.
    package func reserve(_ count: Int) {
        guard count > capacity else { return }
        pointer.deallocate()
        capacity = max(count, 2 * capacity)
        pointer = .allocate(capacity: capacity)
    }
}

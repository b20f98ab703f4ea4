/// An array that never changes and whose elements are read without checks, for the innermost loops.
// Unchecked: the memory is written in the initialiser only, and plain values are safe to read from any thread.
final class FixedTable<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { memory.initialize(from: base, count: source.count) }
        }
        pointer = UnsafePointer(memory)
        count = elements.count
    }

    deinit { pointer.deallocate() }
}

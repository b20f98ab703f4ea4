#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory for numbers that the processor cannot read where they lie, or as they lie.
// Unchecked: the memory is written before anybody else sees it, and never again.
final class OwnedBytes: @unchecked Sendable {
    static let alignment = 64

    /// To be written by whoever made this.
    let mutableBase: UnsafeMutableRawPointer
    let bytes: UnsafeRawBufferPointer

    /// Memory that is yet to be written. Nil when there is none.
    init?(count: Int) {
        var address: UnsafeMutableRawPointer?
        guard posix_memalign(&address, Self.alignment, max(count, 1)) == 0, let address else { return nil }
        mutableBase = address
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    /// Nil when there is no memory for it.
    convenience init?(of source: UnsafeRawBufferPointer) {
        self.init(count: source.count)
        UnsafeMutableRawBufferPointer(start: mutableBase, count: source.count).copyMemory(from: source)
    }

    deinit { free(mutableBase) }
}

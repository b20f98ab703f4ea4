#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A copy of bytes that lie where the processor cannot read them as numbers.
// Unchecked: the memory is written before anybody else sees it, and never again.
final class AlignedCopy: @unchecked Sendable {
    static let alignment = 64

    let bytes: UnsafeRawBufferPointer

    /// Nil when there is no memory for it.
    init?(of source: UnsafeRawBufferPointer) {
        var address: UnsafeMutableRawPointer?
        guard posix_memalign(&address, Self.alignment, max(source.count, 1)) == 0, let address else { return nil }
        let target = UnsafeMutableRawBufferPointer(start: address, count: source.count)
        target.copyMemory(from: source)
        bytes = UnsafeRawBufferPointer(target)
    }

    deinit { free(UnsafeMutableRawPointer(mutating: bytes.baseAddress)) }
}

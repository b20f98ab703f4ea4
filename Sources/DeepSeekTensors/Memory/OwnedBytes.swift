#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory aligned to 64 bytes and freed with the last reference: what was not mapped from a file.
// Unchecked: whoever makes it fills it before anybody else sees it.
package final class OwnedBytes: @unchecked Sendable {
    package let bytes: UnsafeMutableRawBufferPointer

    /// - Throws: ``MemoryError`` with the number of bytes when they cannot be had.
    package init(count: Int) throws(MemoryError) {
        bytes = UnsafeMutableRawBufferPointer(
            start: try AlignedMemory.allocate(AlignedMemory.byteCount(of: max(count, 1), size: 1)), count: count)
    }

    deinit { free(bytes.baseAddress) }
}

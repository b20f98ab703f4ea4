#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Memory for float32 numbers, aligned to 64 bytes, zero at first, freed with the last reference.
///
/// Whoever holds it decides which thread writes: it is scratch, handed to one operation after another.
package final class FloatBuffer {
    package let pointer: UnsafeMutablePointer<Float>
    package let count: Int

    /// - Throws: ``MemoryError`` with the number of bytes when they cannot be had.
    package init(count: Int) throws(MemoryError) {
        let bytes = AlignedMemory.byteCount(of: Swift.max(count, 1), size: MemoryLayout<Float>.stride)
        pointer = try AlignedMemory.allocate(bytes).assumingMemoryBound(to: Float.self)
        self.count = count
    }

    deinit { free(pointer) }
}

/// Raw allocation in multiples of 64 bytes.
package enum AlignedMemory {
    /// Rounded up to a multiple of 64; saturates, so that an absurd size fails to allocate instead of wrapping.
    package static func byteCount(of count: Int, size: Int) -> Int {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        return overflow || bytes > Int.max - 64 ? Int.max - 63 : (bytes + 63) / 64 * 64
    }

    /// Zeroed memory that `free` gives back.
    package static func allocate(_ bytes: Int) throws(MemoryError) -> UnsafeMutableRawPointer {
        var address: UnsafeMutableRawPointer?
        let isLarge = bytes >= LargePages.worthwhile
        guard posix_memalign(&address, isLarge ? LargePages.size : 64, bytes) == 0, let address else {
            throw MemoryError(
                .outOfMemory, "\(bytes) bytes of memory cannot be had; use a shorter context or a smaller batch")
        }
        if isLarge { LargePages.advise(address, bytes) }
        memset(address, 0, bytes)
        return address
    }
}

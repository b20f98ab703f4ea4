import CDeepSeekKernels

/// Memory to read, and threads to read it with, again and again.
package final class BandwidthProbe {
    /// Far more than any cache holds.
    package static let bytes = 1 << 29

    private let memory: OwnedBytes
    private let pool: WorkerPool

    package init(threads: Int) throws(MemoryError) {
        memory = try OwnedBytes(count: Self.bytes)
        pool = try WorkerPool(count: threads, scratch: 64)
    }

    /// Of the fastest of some passes.
    package func bytesPerSecond() -> Double {
        let work = Read(base: UnsafeRawPointer(memory.bytes.baseAddress))
        let seconds = Probing.shortest(of: 5) { pool.run(work) }
        return Double(Self.bytes) / seconds
    }

    private struct Read: ParallelWork {
        let base: UnsafeRawPointer?

        static let entry = WorkerPool.entry(for: Read.self)

        func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
            guard let base else { return }
            let steps = BandwidthProbe.bytes / 4096
            let range = Self.range(of: steps, part: part, of: parts)
            scratch.pointee = Float(dsk_probe_read(base + range.lowerBound * 4096, range.count * 4096) & 1)
        }
    }
}

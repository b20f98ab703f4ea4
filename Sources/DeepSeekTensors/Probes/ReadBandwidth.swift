import CDeepSeekKernels

/// How fast memory can be read.
public struct ReadBandwidth: Sendable, Hashable {
    public let threads: Int
    public let bytesPerSecond: Double

    /// Far more than any cache holds.
    private static let bytes = 1 << 29

    /// With one thread, two, four, and so on up to `threads`.
    public static func measure(threads most: Int) throws(MemoryError) -> [ReadBandwidth] {
        let memory = try OwnedBytes(count: bytes)
        var counts = Array(sequence(first: 1) { $0 * 2 < most ? $0 * 2 : nil })
        if most > 1 { counts.append(most) }
        var result: [ReadBandwidth] = []
        for count in counts {
            let pool = try WorkerPool(count: count, scratch: 64)
            let work = Read(base: UnsafeRawPointer(memory.bytes.baseAddress))
            let seconds = Probing.shortest(of: 5) { pool.run(work) }
            result.append(ReadBandwidth(threads: count, bytesPerSecond: Double(bytes) / seconds))
        }
        withExtendedLifetime(memory) {}
        return result
    }

    private struct Read: ParallelWork {
        let base: UnsafeRawPointer?

        static let entry = WorkerPool.entry(for: Read.self)

        func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
            guard let base else { return }
            let steps = ReadBandwidth.bytes / 4096
            let range = Self.range(of: steps, part: part, of: parts)
            scratch.pointee = Float(dsk_probe_read(base + range.lowerBound * 4096, range.count * 4096) & 1)
        }
    }
}

import CDeepSeekKernels

/// How many multiplications and additions per second an instruction set can do in registers: what no kernel exceeds.
public struct ProductCeiling: Sendable, Hashable {
    public let instructionSet: String
    /// `float32`, `bfloat16` or `int8`.
    public let elements: String
    /// All threads together.
    public let operationsPerSecond: Double

    /// Those of this processor, on so many threads.
    public static func measure(threads: Int) throws(MemoryError) -> [ProductCeiling] {
        let pool = try WorkerPool(count: threads, scratch: 64)
        var ceilings: [ProductCeiling] = []
        for index in 0..<dsk_probe_count() {
            guard let probe = dsk_probe_at(index)?.pointee else { continue }
            let work = RunProbe(run: probe.run, iterations: 2_000_000)
            let seconds = Probing.shortest(of: 5) { pool.run(work) }
            ceilings.append(
                ProductCeiling(
                    instructionSet: String(cString: probe.isa), elements: String(cString: probe.elements),
                    operationsPerSecond: Double(work.iterations) * probe.operations * Double(threads) / seconds))
        }
        return ceilings
    }

    private struct RunProbe: ParallelWork {
        let run: @convention(c) (Int) -> Float
        let iterations: Int

        static let entry = WorkerPool.entry(for: RunProbe.self)

        func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
            scratch.pointee = run(iterations)
        }
    }
}

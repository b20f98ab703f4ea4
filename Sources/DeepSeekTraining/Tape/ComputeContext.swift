import DeepSeekTensors

/// What operations compute with: threads, kernels, and the queue of matrix products.
package final class ComputeContext {
    package let kernels: Kernels
    package let training: TrainingKernels
    package let precision: TrainingPrecision
    package let threads: Int
    let pool: WorkerPool
    private(set) var products: ProductQueue

    /// - Parameter scratch: floats that one thread may need, as the operations say.
    package init(
        instructionSet: InstructionSet, precision: TrainingPrecision, threads: Int, scratch: Int
    ) throws(TrainingError) {
        kernels = Kernels(instructionSet)
        training = TrainingKernels(instructionSet)
        self.precision = precision
        self.threads = threads
        let scratch = max(scratch, ProductQueue.scratchCount)
        do { pool = try WorkerPool(count: threads, scratch: scratch) } catch { throw TrainingError(error) }
        products = ProductQueue(pool: pool, kernels: training)
    }

    /// Runs `body` once for each chunk, on all threads. What a chunk writes must be its own.
    package func forEach(_ chunks: Int, _ body: (_ chunk: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void) {
        guard chunks > 0 else { return }
        let perThread = min((chunks + threads - 1) / threads, 16)
        withoutActuallyEscaping(body) { pool.run(ChunkWork(chunks: chunks, body: $0), perThread: perThread) }
    }

    /// Runs `body` on ranges of rows.
    package func forRows(_ rows: Int, _ body: (Range<Int>) -> Void) {
        let size = 64
        forEach((rows + size - 1) / size) { chunk, _ in body(chunk * size..<min(rows, (chunk + 1) * size)) }
    }
}

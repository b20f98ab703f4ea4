import DeepSeekTensors

/// Work in numbered chunks whose results do not depend on which thread computes them.
struct ChunkWork: ParallelWork {
    let chunks: Int
    let body: (_ chunk: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void

    static let entry = WorkerPool.entry(for: ChunkWork.self)

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for chunk in Self.range(of: chunks, part: part, of: parts) { body(chunk, scratch) }
    }
}

import DeepSeekModel
import DeepSeekTensors

/// A model with a cache and a workspace, for tests that compare whole prompts.
final class ModelRunner {
    let model: DecoderModel
    let cache: LatentCache
    let workspace: Workspace

    init(
        _ model: DecoderModel, options: ForwardOptions = ForwardOptions(), format: CacheFormat? = nil,
        maximumRows: Int = 512, capacity: Int = 16_384, instructionSet: InstructionSet? = nil, threads: Int? = nil
    ) throws {
        self.model = model
        cache = try LatentCache(layout: model.cacheLayout(options.arithmetic, format: format), tokens: capacity)
        workspace = try Workspace(
            model.configuration, options: options, maximumRows: maximumRows,
            instructionSet: instructionSet ?? InstructionSet.selected(forced: nil), threads: threads)
    }

    /// Logits of some rows of a prompt, computed in chunks.
    func logits(_ ids: [Int32], rows: [Int], chunk: Int) throws -> [Float] {
        let sequence = cache.makeSequence()
        defer { cache.release(sequence) }
        let wanted = Set(rows)
        let vocabulary = model.configuration.vocabularySize
        var result: [Float] = []
        var batch = Batch()
        for start in stride(from: 0, to: ids.count, by: chunk) {
            let range = start..<min(start + chunk, ids.count)
            batch.removeAll()
            batch.append(ids[range], to: sequence, logits: .all)
            let logits = try model.forward(batch, cache: cache, workspace: workspace)
            for row in range where wanted.contains(row) {
                result += logits[(row - start) * vocabulary..<(row - start + 1) * vocabulary]
            }
        }
        return result
    }

    /// The most likely tokens after a prompt, one after another.
    func greedy(_ ids: [Int32], count: Int, chunk: Int = 512) throws -> [Int32] {
        let sequence = cache.makeSequence()
        defer { cache.release(sequence) }
        var batch = Batch()
        var next: Int32 = 0
        for start in stride(from: 0, to: ids.count, by: chunk) {
            batch.removeAll()
            batch.append(ids[start..<min(start + chunk, ids.count)], to: sequence)
            next = Self.best(try model.forward(batch, cache: cache, workspace: workspace))
        }
        var result = [next]
        while result.count < count {
            batch.removeAll()
            batch.append(next, to: sequence)
            next = Self.best(try model.forward(batch, cache: cache, workspace: workspace))
            result.append(next)
        }
        return result
    }

    static func best(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
        Int32(logits.indices.max { logits[$0] < logits[$1] } ?? 0)
    }
}

/// The largest absolute difference; infinity when the lengths differ.
func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    guard a.count == b.count else { return .infinity }
    return zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}

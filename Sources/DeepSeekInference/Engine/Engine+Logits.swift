import DeepSeekModel

extension Engine {
    /// Logits of one pass, so that a large vocabulary does not take more memory than the network itself.
    static let logitBytes = 64 << 20

    /// Computes a text that is not kept, and hands out the wanted rows in order.
    func logits(
        _ ids: [Int32], rows: Range<Int>, chunk asked: Int?,
        _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void
    ) throws {
        let text = cache.makeEmptySequence()
        defer { cache.release(text) }
        let fitting = max(Self.logitBytes / (vocabularySize * MemoryLayout<Float>.size), 1)
        let chunk = asked ?? min(self.chunk, rows.count > 1 ? fitting : .max)
        // What comes after the last wanted row does not matter to it.
        let end = rows.isEmpty ? 0 : rows.upperBound
        try makeRoom(for: end, in: text)
        for start in stride(from: 0, to: end, by: chunk) {
            let piece = start..<min(start + chunk, end)
            let wanted = rows.clamped(to: piece)
            if wanted.isEmpty {
                _ = try forward(ids[piece], after: text, logits: .none)
            } else if wanted == (piece.upperBound - 1)..<piece.upperBound {
                try body(wanted.lowerBound, forward(ids[piece], after: text, logits: .last))
            } else {
                let logits = try forward(ids[piece], after: text, logits: .all)
                for row in wanted {
                    let offset = (row - piece.lowerBound) * vocabularySize
                    try body(row, UnsafeBufferPointer(rebasing: logits[offset..<(offset + vocabularySize)]))
                }
            }
        }
    }

    private func forward(
        _ ids: ArraySlice<Int32>, after text: CacheSequence, logits: Batch.Logits
    ) throws(ModelError) -> UnsafeBufferPointer<Float> {
        batch.removeAll()
        batch.append(ids, to: text, logits: logits)
        return try network.forward(batch, cache: cache, workspace: workspace)
    }

    /// Takes pages from prefixes, and then from requests, which go on afterwards.
    private func makeRoom(for count: Int, in text: CacheSequence) throws(ModelError) {
        while !cache.prepare(count, for: text) {
            if scheduler.evict() { continue }
            guard let last = scheduler.running.last else {
                throw ModelError(
                    .contextExceeded, "the cache has no room for \(count) tokens; \(cache.freeTokens) fit")
            }
            scheduler.preempt(last)
        }
    }
}

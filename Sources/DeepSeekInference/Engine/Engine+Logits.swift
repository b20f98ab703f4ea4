import DeepSeekModel

extension Engine {
    /// Logits of one pass, so that a large vocabulary does not take more memory than the network itself.
    static let logitBytes = 64 << 20

    /// Takes the pages for a text; ``endScoring(_:)`` gives them back. One text at a time is scored.
    ///
    /// - Parameter rows: those that are wanted.
    func beginScoring(_ ids: [Int32], rows: Range<Int>, chunk asked: Int?) throws -> ScoringPass {
        let fitting = max(Self.logitBytes / (vocabularySize * MemoryLayout<Float>.size), 1)
        let pass = ScoringPass(
            ids, rows: rows, chunk: asked ?? min(chunk, rows.count > 1 ? fitting : .max),
            text: cache.makeEmptySequence())
        do {
            try makeRoom(for: pass.end, in: pass.text)
        } catch {
            cache.release(pass.text)
            throw error
        }
        isScoring = true
        return pass
    }

    func endScoring(_ pass: ScoringPass) {
        cache.release(pass.text)
        isScoring = false
        notePages()
    }

    /// Computes the next piece, and hands out its wanted rows in order.
    func score(_ pass: ScoringPass, _ body: (Int, UnsafeBufferPointer<Float>) throws -> Void) throws {
        let piece = pass.start..<min(pass.start + pass.chunk, pass.end)
        pass.start = piece.upperBound
        let wanted = pass.rows.clamped(to: piece)
        if wanted.isEmpty {
            _ = try forward(pass.ids[piece], after: pass.text, logits: .none)
        } else if wanted == (piece.upperBound - 1)..<piece.upperBound {
            try body(wanted.lowerBound, forward(pass.ids[piece], after: pass.text, logits: .last))
        } else {
            let logits = try forward(pass.ids[piece], after: pass.text, logits: .all)
            for row in wanted {
                let offset = (row - piece.lowerBound) * vocabularySize
                try body(row, UnsafeBufferPointer(rebasing: logits[offset..<(offset + vocabularySize)]))
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

import Foundation

/// Bits per byte on held text: the first sequences of each file, every document from its beginning, nothing dropped.
struct HeldTextEvaluator {
    private let shards: [TokenShard]
    private let encoder: TextEncoder
    private let maximumSequences: Int

    init(_ shards: [TokenShard], encoder: TextEncoder, maximumSequences: Int) {
        self.shards = shards
        self.encoder = encoder
        self.maximumSequences = maximumSequences
    }

    /// Σ loss / ln 2 / UTF-8 bytes of the tokens that were asked for; windows of a document do not overlap, and the first
    /// token of a window is only read.
    func bitsPerByte(_ network: TrainingNetwork) -> Double {
        let length = network.batch.sequenceLength
        var (nats, bytes) = (0.0, 0)
        var waiting: [TrainingSequence] = []
        var left = maximumSequences
        func flush() {
            guard !waiting.isEmpty else { return }
            while waiting.count < network.batch.sequences { waiting.append(TrainingSequence(length: length)) }
            network.batch.fill(waiting[...])
            nats += network.evaluate().sum
            waiting.removeAll()
        }
        for shard in shards {
            for document in 0..<shard.documents {
                let range = shard.range(document)
                for start in stride(from: range.lowerBound, to: range.upperBound - 1, by: length) where left > 0 {
                    let window = start..<min(start + length + 1, range.upperBound)
                    let (sequence, count) = sequence(shard, window, length: length)
                    bytes += count
                    waiting.append(sequence)
                    left -= 1
                    if waiting.count == network.batch.sequences { flush() }
                }
            }
        }
        flush()
        return nats / log(2) / Double(max(bytes, 1))
    }

    private func sequence(_ shard: TokenShard, _ window: Range<Int>, length: Int) -> (TrainingSequence, bytes: Int) {
        var sequence = TrainingSequence(length: length)
        var bytes = 0
        for (place, position) in window.enumerated() {
            let stored = shard.token(position)
            let token = stored < 0 ? ~stored : stored
            if place < length { sequence.ids[place] = token }
            guard place > 0, stored >= 0 else { continue }
            sequence.targets[place - 1] = token
            if !encoder.tokenizer.isSpecial(token) { bytes += encoder.tokenizer.bytes(of: token)?.count ?? 0 }
        }
        return (sequence, bytes)
    }
}

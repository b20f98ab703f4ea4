/// What one forward pass computes: pieces of several sequences, prompts and single tokens mixed.
///
/// Reuse one value, so that steady decoding allocates nothing.
public struct Batch {
    /// A run of tokens that continues a sequence.
    struct Segment {
        var sequence: CacheSequence
        /// Its rows in the batch.
        var rows: Range<Int>
    }

    public private(set) var tokens: [Int32] = []
    private(set) var segments: [Segment] = []
    /// The rows whose logits are wanted, ascending.
    public private(set) var logitRows: [Int] = []

    public enum Logits: Sendable, Hashable {
        case none
        case last
        case all
    }

    public init() {}

    /// Space for so many tokens and sequences without further allocation.
    public mutating func reserve(tokens count: Int, sequences: Int) {
        tokens.reserveCapacity(count)
        logitRows.reserveCapacity(count)
        segments.reserveCapacity(sequences)
    }

    public mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        logitRows.removeAll(keepingCapacity: true)
    }

    /// Adds tokens that follow what the sequence holds. A sequence may occur once in a batch.
    public mutating func append(_ ids: some Collection<Int32>, to sequence: CacheSequence, logits: Logits = .last) {
        guard !ids.isEmpty else { return }
        let first = tokens.count
        tokens.append(contentsOf: ids)
        segments.append(Segment(sequence: sequence, rows: first..<tokens.count))
        switch logits {
        case .none: break
        case .last: logitRows.append(tokens.count - 1)
        case .all: logitRows.append(contentsOf: first..<tokens.count)
        }
    }

    public mutating func append(_ id: Int32, to sequence: CacheSequence) {
        append(CollectionOfOne(id), to: sequence)
    }
}

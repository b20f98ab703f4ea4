import DeepSeekTensors

/// What one pass computes: token ids in rows, what should follow each, and which rows belong together.
package final class TrainingBatch {
    package let rows: Int
    /// `[rows]`.
    package let ids: UnsafeMutablePointer<Int32>
    /// What should follow each token; −1 where nothing is asked.
    package let targets: UnsafeMutablePointer<Int32>
    /// Of each row within its segment.
    package let positions: UnsafeMutablePointer<Int32>
    /// Rows that attend to each other (each to those before it, and to itself), in order; together they are all rows.
    package private(set) var segments: [Range<Int>] = []
    /// Rows of one sequence; balance losses and token dropping go by sequences.
    package let sequenceLength: Int
    /// By which the loss of each target counts: 1 / targets of the step.
    package var lossScale: Float = 1
    /// By which balance losses count: 1 / passes of the step.
    package var balanceScale: Float = 1
    /// Whether gradients are wanted. Tokens are dropped only then.
    package var isTraining = true
    /// Whether the tokens of a sequence may be dropped: `[rows / sequenceLength]`.
    package var mayDrop: [Bool] = []

    private let storage: ScratchArray<Int32>

    package init(rows: Int, sequenceLength: Int) {
        self.rows = rows
        self.sequenceLength = sequenceLength
        storage = ScratchArray(capacity: 3 * rows)
        ids = storage.pointer
        targets = storage.pointer + rows
        positions = storage.pointer + 2 * rows
        storage.pointer.update(repeating: 0, count: 3 * rows)
        setSegments((0..<rows / sequenceLength).map { $0 * sequenceLength..<($0 + 1) * sequenceLength })
    }

    package var sequences: Int { rows / sequenceLength }

    package func setSegments(_ segments: [Range<Int>]) {
        self.segments = segments
        for segment in segments {
            for row in segment { positions[row] = Int32(row - segment.lowerBound) }
        }
    }

    /// Takes as many sequences as the batch has.
    package func fill(_ sequences: ArraySlice<TrainingSequence>) {
        var segments: [Range<Int>] = []
        for (number, sequence) in sequences.enumerated() {
            let first = number * sequenceLength
            for place in 0..<sequenceLength {
                ids[first + place] = sequence.ids[place]
                targets[first + place] = sequence.targets[place]
            }
            segments += sequence.segments.map { first + $0.lowerBound..<first + $0.upperBound }
        }
        setSegments(segments)
    }

    /// Rows with a target.
    package var targetCount: Int { (0..<rows).reduce(0) { $0 + (targets[$1] >= 0 ? 1 : 0) } }
}

import DeepSeekModel

/// A text that is scored in pieces between the steps of an engine, and not kept.
final class ScoringPass {
    let ids: [Int32]
    let rows: Range<Int>
    let chunk: Int
    let text: CacheSequence
    var start = 0

    init(_ ids: [Int32], rows: Range<Int>, chunk: Int, text: CacheSequence) {
        (self.ids, self.rows, self.chunk, self.text) = (ids, rows, chunk, text)
    }

    /// What comes after the last wanted row does not matter to it.
    var end: Int { rows.isEmpty ? 0 : rows.upperBound }

    var isComplete: Bool { start >= end }
}

/// One sequence of a batch: what is read, what should follow, and which parts attend to themselves only.
package struct TrainingSequence: Sendable, Hashable {
    package var ids: [Int32]
    /// −1 where nothing is asked.
    package var targets: [Int32]
    package var segments: [Range<Int>]

    init(length: Int) {
        ids = [Int32](repeating: 0, count: length)
        targets = [Int32](repeating: -1, count: length)
        segments = [0..<length]
    }
}

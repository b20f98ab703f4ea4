/// The windows in which a text is scored, and the tokens that each of them scores. See ``Perplexity``.
package struct ScoringWindows: Sequence, IteratorProtocol {
    package struct Window: Hashable {
        /// Tokens of the text.
        package var tokens: Range<Int>
        /// Those among them that are scored; they have predecessors in the window.
        package var scored: Range<Int>
    }

    private let count: Int
    private let context: Int
    private let stride: Int
    private var start = 0
    private var seen = 0

    /// - Parameters:
    ///   - count: tokens of the text.
    ///   - context: at least 2.
    ///   - stride: from 1 to `context`.
    package init(count: Int, context: Int, stride: Int) {
        self.count = count
        self.context = context
        self.stride = stride
    }

    package mutating func next() -> Window? {
        guard seen < count else { return nil }
        let end = Swift.min(start + context, count)
        let window = Window(tokens: start..<end, scored: Swift.max(seen, start + 1)..<Swift.max(end, start + 1))
        seen = end
        start += stride
        return window
    }
}

/// A question with two answers of which one is better, or one whose worth is known.
package struct PreferenceExample: Sendable {
    package enum Judgement: Sendable {
        case pair(chosen: [Int32], rejected: [Int32])
        /// From 0 to 1.
        case score(Double, answer: [Int32])
    }

    /// As the chat template writes it, up to where the answer begins.
    package var prompt: [Int32]
    /// Answers with what ends them.
    package var judgement: Judgement

    /// The better answer first.
    var answers: [[Int32]] {
        switch judgement {
        case .pair(let chosen, let rejected): [chosen, rejected]
        case .score(_, let answer): [answer]
        }
    }
}

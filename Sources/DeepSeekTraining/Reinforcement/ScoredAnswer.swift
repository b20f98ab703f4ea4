/// An answer in a step of GRPO: its tokens, what they are worth, and how likely they were.
package struct ScoredAnswer: Sendable {
    package var prompt: [Int32]
    /// The token that ended it included.
    package var tokens: [Int32]
    /// Â.
    package var advantage: Double
    /// ln p of each token when it was drawn, by the engine that drew it.
    package var sampled: [Float]
    /// ln π_old of each token, by the network in training before the step; empty until the step's first update.
    package var old: [Float] = []
    /// ln π_ref of each token; empty where there is no reference.
    package var reference: [Float] = []

    package init(prompt: [Int32], tokens: [Int32], advantage: Double, sampled: [Float]) {
        self.prompt = prompt
        self.tokens = tokens
        self.advantage = advantage
        self.sampled = sampled
    }
}

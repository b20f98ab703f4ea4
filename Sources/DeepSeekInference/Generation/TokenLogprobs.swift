/// Natural logarithms of probabilities in the network's own distribution.
public struct TokenLogprobs: Sendable, Hashable {
    public struct Alternative: Sendable, Hashable {
        public var id: Int32
        public var logprob: Float

        public init(id: Int32, logprob: Float) {
            self.id = id
            self.logprob = logprob
        }
    }

    /// Of the token that was chosen.
    public var chosen: Float
    /// The most likely tokens, the likeliest first; among equals the lower id.
    public var top: [Alternative]

    public init(chosen: Float, top: [Alternative]) {
        self.chosen = chosen
        self.top = top
    }
}

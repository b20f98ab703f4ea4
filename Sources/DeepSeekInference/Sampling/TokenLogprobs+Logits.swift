extension TokenLogprobs {
    /// The log-softmax of a row of logits, at a token and at the `count` most likely ones.
    ///
    /// - Throws: ``InferenceError`` `invalidLogits`, or `tokenOutOfRange`.
    public init(
        of token: Int32, in logits: UnsafeBufferPointer<Float>, top count: Int
    ) throws(InferenceError) {
        guard logits.indices.contains(Int(token)) else {
            throw InferenceError(
                .tokenOutOfRange, "token id \(token) is outside the vocabulary (0 to \(logits.count - 1))")
        }
        let logSoftmax = try LogSoftmax(logits)
        var top: [Alternative] = []
        top.reserveCapacity(count + 1)
        // Sorted by falling logit while it is collected; few tokens get in, so most of the row costs one comparison.
        for (id, logit) in logits.enumerated() where count > 0 {
            if top.count == count, let last = top.last, logit <= last.logprob { continue }
            let place = top.firstIndex { $0.logprob < logit } ?? top.count
            top.insert(Alternative(id: Int32(truncatingIfNeeded: id), logprob: logit), at: place)
            if top.count > count { top.removeLast() }
        }
        for index in top.indices { top[index].logprob = Float(logSoftmax(top[index].logprob)) }
        self.init(chosen: Float(logSoftmax(logits[Int(token)])), top: top)
    }
}

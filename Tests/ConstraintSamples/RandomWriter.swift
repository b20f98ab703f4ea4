import DeepSeekConstraints

/// Writes what a constraint allows, as a model without any sense would.
package struct RandomWriter {
    /// SplitMix64.
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    package mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

    package struct Answer {
        package var text: [UInt8] = []
        package var tokens = 0
        /// Whether it ended by itself, and not at the limit.
        package var isEnded = false
        package var isAccepting = false
        package var isShortened = false
    }

    /// Any token that may follow, all alike, up to a limit.
    package mutating func write(_ constraint: CompiledConstraint, limit: Int) throws -> Answer {
        var state = try ConstraintState(constraint, ends: [TestVocabulary.end])
        var answer = Answer()
        let logits = [Float](repeating: 1, count: TestVocabulary.size)
        var scores = logits
        while !state.isComplete, answer.tokens < limit {
            try logits.withUnsafeBufferPointer { logits in
                try scores.withUnsafeMutableBufferPointer {
                    guard let base = $0.baseAddress else { return }
                    try state.restrict(logits, into: base, remaining: limit - answer.tokens)
                }
            }
            let allowed = scores.indices.filter { scores[$0] == 1 }
            guard !allowed.isEmpty else { break }
            let token = Int32(allowed[below(allowed.count)])
            try state.advance(token)
            answer.tokens += 1
            if token != TestVocabulary.end { answer.text += TestVocabulary.tokenizer.bytes(of: token) ?? [] }
        }
        answer.isEnded = state.isComplete
        answer.isAccepting = state.isAccepting
        answer.isShortened = state.isShortened
        return answer
    }
}

import DeepSeekInference

/// What is known of the choices of a request while they come.
struct AnswerProgress {
    private(set) var results: [GenerationResult?]
    /// Tokens delivered so far.
    private(set) var tokens = 0
    /// Whether the end of the request is written down.
    var isClosed = false
    private let submitted = ContinuousClock.now
    private var firsts: [ContinuousClock.Instant?]
    private var lasts: [ContinuousClock.Instant?]
    private var counts: [Int]

    init(choices: Int) {
        results = Array(repeating: nil, count: choices)
        firsts = Array(repeating: nil, count: choices)
        lasts = Array(repeating: nil, count: choices)
        counts = Array(repeating: 0, count: choices)
    }

    var isComplete: Bool { results.allSatisfy { $0 != nil } }

    /// Whether somebody or something ended an answer before its time.
    var isCancelled: Bool { results.contains { $0?.finishReason == .cancelled } }

    mutating func noteToken(choice: Int) {
        tokens += 1
        counts[choice] += 1
        let now = ContinuousClock.now
        if firsts[choice] == nil { firsts[choice] = now }
        lasts[choice] = now
    }

    mutating func noteEnd(_ result: GenerationResult, choice: Int) { results[choice] = result }

    /// From the submission to the first token of any choice.
    var timeToFirstToken: Duration? { firsts.compactMap { $0 }.min().map { submitted.duration(to: $0) } }

    /// Between the tokens of each choice that has two of them, on the average.
    var timesPerToken: [Duration] {
        firsts.indices.compactMap { choice in
            guard let first = firsts[choice], let last = lasts[choice], counts[choice] > 1 else { return nil }
            return first.duration(to: last) / (counts[choice] - 1)
        }
    }
}

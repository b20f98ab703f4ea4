import DeepSeekTensors

/// Takes the times of one request.
struct Stopwatch {
    private let submitted: ContinuousClock.Instant
    private let started = ContinuousClock.now
    private var firstToken: ContinuousClock.Instant?
    private var lastToken: ContinuousClock.Instant?

    init(submitted: ContinuousClock.Instant) { self.submitted = submitted }

    mutating func noteToken() {
        let now = ContinuousClock.now
        if firstToken == nil { firstToken = now }
        lastToken = now
    }

    func timings(_ usage: TokenUsage, loadSeconds: Double) -> GenerationTimings {
        let promptEnd = firstToken ?? .now
        let promptSeconds = started.duration(to: promptEnd).seconds
        let generationSeconds = promptEnd.duration(to: lastToken ?? promptEnd).seconds
        func rate(_ tokens: Int, _ seconds: Double) -> Double? {
            tokens > 0 && seconds > 0 ? Double(tokens) / seconds : nil
        }
        return GenerationTimings(
            loadSeconds: loadSeconds, promptSeconds: promptSeconds, generationSeconds: generationSeconds,
            timeToFirstTokenSeconds: submitted.duration(to: promptEnd).seconds,
            promptTokensPerSecond: rate(usage.promptCacheMissTokens, promptSeconds),
            generationTokensPerSecond: rate(usage.completionTokens - 1, generationSeconds),
            peakMemoryBytes: SystemMemory.peakResident, anonymousMemoryBytes: SystemMemory.anonymous,
            mappedMemoryBytes: SystemMemory.mapped)
    }
}

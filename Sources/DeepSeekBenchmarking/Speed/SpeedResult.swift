/// What a ``SpeedBenchmark`` measured.
public struct SpeedResult: Sendable, Hashable {
    public let sequences: Int
    /// Tokens per second of all sequences together, of every run in order; empty where nothing was to be done.
    public internal(set) var prompt: [Double] = []
    public internal(set) var generation: [Double] = []
    /// The largest resident size of the process so far, mapped weights included.
    public internal(set) var peakMemory = 0

    init(sequences: Int) { self.sequences = sequences }

    /// Nil of nothing.
    public static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

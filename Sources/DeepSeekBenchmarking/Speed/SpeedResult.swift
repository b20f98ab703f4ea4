import DeepSeekModel

/// What a ``SpeedBenchmark`` measured.
public struct SpeedResult: Sendable, Hashable {
    public let sequences: Int
    /// Tokens per second of all sequences together, of every run in order; empty where nothing was to be done.
    public internal(set) var prompt: [Double] = []
    public internal(set) var generation: [Double] = []
    /// Bytes per second that memory could be read with, of every run in order: the faster of just before and just after it,
    /// since on shared machines it changes from one moment to the next.
    public internal(set) var bandwidths: [Double] = []
    /// How the cache was kept.
    public let cache: CacheFormat
    /// The largest resident size of the process so far, mapped weights included.
    public internal(set) var peakMemory = 0

    init(sequences: Int, cache: CacheFormat) {
        self.sequences = sequences
        self.cache = cache
    }

    /// Nil of nothing.
    public static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

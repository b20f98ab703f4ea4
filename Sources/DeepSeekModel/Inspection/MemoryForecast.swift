import DeepSeekTensors

/// What running a model will take, in bytes, before it is run.
public struct MemoryForecast: Sendable, Hashable {
    /// Weights: mapped from files, shared with other processes, dropped by the system when memory is short.
    public let mapped: Int
    /// Weights that are brought into another form on opening, as GGUF's are.
    public let repacked: Int
    /// Latent cache, allocated at the start for the whole context.
    public let cache: Int
    /// Activations, threads' scratch and logits.
    public let workspace: Int
    /// Heap, stacks and the vocabulary's tables: measured with no tokenizer (3 MB), one of 0.5 MB and V2's of 4.6 MB.
    public let runtime: Int

    /// What the process allocates: all but the mapped files.
    public var anonymous: Int {
        // A forecast for an absurd context says "too much", and does not overflow.
        let (sum, overflow) = cache.addingReportingOverflow(repacked + workspace + runtime)
        return overflow ? .max : sum
    }

    /// - Parameters:
    ///   - weightBytes: of all weights.
    ///   - repackedBytes: of those that are not used where they lie.
    ///   - cacheFormat: nil takes the one that goes with the arithmetic.
    ///   - context: tokens in the cache.
    ///   - rows: tokens of one forward pass.
    ///   - tokenizerBytes: of `tokenizer.json`; 0 without one.
    public init(
        _ configuration: ModelConfiguration, weightBytes: Int, repackedBytes: Int = 0, arithmetic: ArithmeticType,
        cacheFormat: CacheFormat? = nil, context: Int, rows: Int = 512, threads: Int, tokenizerBytes: Int = 0
    ) {
        mapped = weightBytes - repackedBytes
        repacked = repackedBytes
        let layout = CacheLayout(configuration, format: cacheFormat ?? arithmetic.cacheFormat)
        cache = AlignedMemory.byteCount(of: CacheLayout.pages(tokens: context), size: layout.bytesPerPage)
        workspace = Workspace.byteCount(
            configuration, arithmetic: arithmetic, maximumRows: rows, threads: threads)
        runtime = (5 << 20) + tokenizerBytes * 27 / 10
    }
}

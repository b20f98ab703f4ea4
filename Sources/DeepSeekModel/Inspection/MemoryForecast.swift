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
    /// Heap, stacks, names and places of the tensors, and the vocabulary's tables: measured with 54 tensors and V2-Lite's
    /// 5,264, without a tokenizer, with one of 0.5 MB and with V2's of 4.6 MB.
    public let runtime: Int

    private static let program = 2_700_000
    private static let perTensor = 650
    /// Patterns and templates, whatever the vocabulary.
    private static let tokenizer = 950_000

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
    ///   - tokenizerBytes: of `tokenizer.json`, or of the tokenizer in a GGUF file; 0 without one.
    public init(
        _ configuration: ModelConfiguration, weightBytes: Int, repackedBytes: Int = 0, arithmetic: ArithmeticType,
        cacheFormat: CacheFormat? = nil, context: Int, rows: Int = 512, threads: Int, tokenizerBytes: Int = 0
    ) {
        mapped = weightBytes - repackedBytes
        repacked = repackedBytes
        let layout = CacheLayout(
            configuration, format: cacheFormat ?? arithmetic.cacheFormat(for: configuration))
        cache = AlignedMemory.byteCount(of: CacheLayout.pages(tokens: context), size: layout.bytesPerPage)
        workspace = Workspace.byteCount(
            configuration, arithmetic: arithmetic, maximumRows: rows, threads: threads)
        runtime =
            Self.program + ParameterInventory(configuration).tensors.count * Self.perTensor
            + (tokenizerBytes > 0 ? Self.tokenizer + tokenizerBytes * 26 / 10 : 0)
    }
}

import DeepSeekTensors

/// What running a model will take, in bytes, before it is run.
public struct MemoryForecast: Sendable, Hashable {
    /// Weights: mapped from files, shared with other processes, dropped by the system when memory is short.
    public let mapped: Int
    /// Latent cache, allocated at the start for the whole context.
    public let cache: Int
    /// Activations, threads' scratch and logits.
    public let workspace: Int
    /// Executable, heap, stacks, vocabulary: measured on a small model.
    public let runtime: Int

    /// What the process allocates: all but the mapped files.
    public var anonymous: Int {
        // A forecast for an absurd context says "too much", and does not overflow.
        let (sum, overflow) = cache.addingReportingOverflow(workspace + runtime)
        return overflow ? .max : sum
    }

    /// - Parameters:
    ///   - context: tokens in the cache.
    ///   - rows: tokens of one forward pass.
    public init(
        _ configuration: ModelConfiguration, weightBytes: Int, arithmetic: ArithmeticType, context: Int,
        rows: Int = 512, threads: Int
    ) {
        mapped = weightBytes
        let layout = CacheLayout(
            layers: configuration.layers, width: configuration.cacheWidth, elementType: arithmetic.elementType)
        cache = AlignedMemory.byteCount(of: CacheLayout.pages(tokens: context), size: layout.bytesPerPage)
        workspace = Workspace.byteCount(configuration, maximumRows: rows, threads: threads)
        runtime = 24 << 20
    }
}

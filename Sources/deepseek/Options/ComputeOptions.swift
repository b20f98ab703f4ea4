import ArgumentParser
import DeepSeekInference
import DeepSeekModel

/// How a forward pass computes.
struct ComputeOptions: ParsableArguments {
    @Option(
        help: """
            Type of arithmetic; weights stay as stored: float32, bfloat16, or int8 (products with low-bit weights and low-bit \
            latent caches in integers). By default the fastest for the weights, and float32 for 'logits', 'perplexity' and --ids.
            """)
    var dtype: ArithmeticType?

    @Option(
        help: """
            How the cache is kept: float32, bf16, int8 or 6bit (as the report deploys). By default float32 where the \
            arithmetic is float32, int8 for latents in int8 arithmetic, else bf16.
            """)
    var cache: CacheFormat?

    @Option(
        help: """
            Form of Multi-head Latent Attention: automatic (expanded for prompts, absorbed for single tokens), \
            expanded or absorbed.
            """)
    var attention: ForwardOptions.AttentionForm = .automatic

    @Flag(
        help: """
            Make every result independent, bit for bit, of how the prompt is cut and of what else is computed with \
            it. Prompts are slower.
            """)
    var batchInvariant = false

    @Option(help: "Tokens of the prompt that are computed at once.")
    var chunk = 512

    func validate() throws {
        guard (1...65_536).contains(chunk) else { throw ValidationError("--chunk must be from 1 to 65536") }
    }

    /// For opening a model.
    ///
    /// - Parameter arithmetic: where --dtype is not given; nil takes the fastest.
    func loadOptions(_ model: ModelOptions, default arithmetic: ArithmeticType? = nil) -> LoadOptions {
        LoadOptions(
            arithmetic: dtype ?? arithmetic, cache: cache, attention: attention, batchInvariant: batchInvariant,
            threads: model.threads, chunk: chunk)
    }

    /// For computing without one.
    func forwardOptions(default arithmetic: ArithmeticType) -> ForwardOptions {
        ForwardOptions(arithmetic: dtype ?? arithmetic, attention: attention, batchInvariant: batchInvariant)
    }
}

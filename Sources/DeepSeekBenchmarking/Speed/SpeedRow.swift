import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// One line of a table of speeds: what was run, how fast it was, and what share of the machine that is.
public struct SpeedRow: Sendable {
    public let model: String
    public let format: String
    public let benchmark: SpeedBenchmark
    public let threads: Int
    public let result: SpeedResult
    /// Bytes that generating one token reads, counted.
    public let bytesPerToken: Double
    /// Multiplications and additions for one token of the prompt, counted.
    public let operationsPerToken: Double
    /// Generation against the bandwidth of reading, measured beside each run, and the prompt against the ceiling of
    /// products in registers.
    public private(set) var shareOfBandwidth: Double?
    public private(set) var shareOfCeiling: Double?

    /// - Parameter machine: measured with as many threads; nil leaves the shares out.
    public init(
        model: String, format: String, benchmark: SpeedBenchmark, threads: Int, result: SpeedResult, work: WorkEstimate,
        machine: MachineFigures?, instructionSet: InstructionSet
    ) {
        self.model = model
        self.format = format
        self.benchmark = benchmark
        self.threads = threads
        self.result = result
        let (prompt, generation) = (Double(benchmark.prompt), Double(benchmark.generation))
        let depth = Double(benchmark.depth)
        bytesPerToken =
            work.bytesPerStep(
                sequences: benchmark.sequences, depth: Int(depth + prompt + generation / 2))
            / Double(benchmark.sequences)
        // The head is computed for the last token of a prompt only.
        let body = work.operations(context: depth + prompt / 2, expanded: benchmark.prompt > 1, withHead: false)
        let last = work.operations(context: depth + prompt / 2, expanded: benchmark.prompt > 1, withHead: true)
        operationsPerToken = benchmark.prompt > 0 ? body + (last - body) / prompt : last
        (shareOfBandwidth, shareOfCeiling) = (nil, nil)
        guard let machine else { return }
        let bytes = bytesPerToken
        shareOfBandwidth = SpeedResult.median(
            zip(result.generation, result.bandwidths).map { rate, bandwidth in rate * bytes / bandwidth })
        if let rate = SpeedResult.median(result.prompt) {
            let ceiling = Self.ceiling(of: machine, instructionSet, benchmark.options.arithmetic)
            shareOfCeiling = rate * operationsPerToken / ceiling
        }
    }

    /// Of products in the type of the arithmetic, or in float32 where the instruction set has none of their own.
    private static func ceiling(
        of machine: MachineFigures, _ set: InstructionSet, _ arithmetic: ArithmeticType
    ) -> Double {
        let own = machine.ceiling(set, elements: arithmetic.rawValue)
        return own.isNaN ? machine.ceiling(set, elements: "float32") : own
    }

    private static func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }

    public var json: JSONValue {
        [
            "model": .string(model), "format": .string(format),
            "cache": .string(result.cache.rawValue),
            "prompt": .integer(benchmark.prompt), "generate": .integer(benchmark.generation),
            "depth": .integer(benchmark.depth), "sequences": .integer(benchmark.sequences),
            "threads": .integer(threads), "runs": .integer(benchmark.runs),
            "dtype": .string(benchmark.options.arithmetic.rawValue),
            "prompt_tokens_per_second": Self.number(SpeedResult.median(result.prompt)),
            "generation_tokens_per_second": Self.number(SpeedResult.median(result.generation)),
            "prompt_runs": .array(result.prompt.map(JSONValue.number)),
            "generation_runs": .array(result.generation.map(JSONValue.number)),
            "bytes_per_token": .number(bytesPerToken), "operations_per_token": .number(operationsPerToken),
            "share_of_bandwidth": Self.number(shareOfBandwidth), "share_of_ceiling": Self.number(shareOfCeiling),
            "peak_memory_bytes": .integer(result.peakMemory),
        ]
    }
}

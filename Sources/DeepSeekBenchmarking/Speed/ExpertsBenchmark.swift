import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// How fast the routed experts of one layer are, alone: what programs that only compute mixtures are compared with.
public struct ExpertsBenchmark {
    /// The first layer with experts.
    private static let layer = 1

    private let model: DecoderModel
    private let mixture: MixtureOfExpertsConfiguration
    private let workspace: Workspace
    private let name: String
    private let format: RandomFormat
    private let instructionSet: InstructionSet
    private let threads: Int

    /// - Parameters:
    ///   - experts: nil for as many as published.
    ///   - dtype: nil for the fastest arithmetic with the format.
    ///   - maximumTokens: the most that will be asked for.
    public init(
        _ shape: PublishedShape, experts: Int?, format: RandomFormat, dtype: ArithmeticType?,
        instructionSet: InstructionSet, threads: Int, maximumTokens: Int
    ) throws {
        // Shared experts are left out, and a small vocabulary saves memory: neither is measured.
        var members = shape.configuration(layers: Self.layer + 1, experts: experts).object ?? [:]
        members["n_shared_experts"] = 0
        members["vocab_size"] = 256
        members["bos_token_id"] = 0
        members["eos_token_id"] = 1
        model = try DecoderModel(RandomCheckpoint.make(.object(members), format: format))
        guard let mixture = model.configuration.mixture else {
            throw ModelError(
                .unsupportedFeature, "\(shape.rawValue) has no experts; --experts-only needs v2 or v2-lite")
        }
        self.mixture = mixture
        workspace = try Workspace(
            model.configuration, options: ForwardOptions(arithmetic: dtype ?? model.fastestArithmetic),
            maximumRows: maximumTokens, instructionSet: instructionSet, threads: threads)
        name = shape.rawValue
        self.format = format
        self.instructionSet = instructionSet
        self.threads = threads
    }

    /// The median of some runs, each with other inputs and so other choices; two more warm up.
    public func run(tokens: Int, runs: Int, machine: MachineFigures?) throws -> ExpertsRow {
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for run in 0..<(runs + 2) {
            model.fillExpertInputs(rows: tokens, seed: UInt64(run), workspace: workspace)
            let time = clock.measure {
                _ = model.forwardExperts(layer: Self.layer, rows: tokens, workspace: workspace)
            }
            if run >= 2 { seconds.append(time / .seconds(1)) }
        }
        let weights = 3 * mixture.expertWidth * model.configuration.hiddenSize * mixture.expertsPerToken
        let elements = workspace.options.arithmetic == .int8 ? "int8" : "float32"
        return ExpertsRow(
            model: name, format: format.rawValue, tokens: tokens, threads: threads,
            seconds: SpeedResult.median(seconds) ?? .nan, operations: 2 * Double(weights * tokens),
            ceiling: machine?.ceiling(instructionSet, elements: elements))
    }
}

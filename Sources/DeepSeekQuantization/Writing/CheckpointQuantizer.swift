import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// Writes a low-bit copy of a checkpoint, one chunk of one tensor at a time.
///
/// ```swift
/// let quantizer = try CheckpointQuantizer(Checkpoint(folder: "DeepSeek-V2-Lite"), format: .int4)
/// print(quantizer.plan.bitsPerWeight)
/// try quantizer.write(to: "DeepSeek-V2-Lite-int4")
/// ```
public struct CheckpointQuantizer {
    public let checkpoint: Checkpoint
    public let configuration: ModelConfiguration
    public let plan: QuantizationPlan
    /// How much each column of each matrix matters; nil takes all alike.
    public var importance: ColumnImportance?
    /// Nil takes as many as the process may really use.
    public var threads: Int?
    public var instructionSet: InstructionSet
    /// Of tensors: a run that is cut off loses at most one shard.
    public var maximumShardBytes = 1_000_000_000

    /// - Throws: `CheckpointError` or `ModelError` for a checkpoint that does not open; ``QuantizationError``
    ///   `alreadyQuantized`.
    public init(
        _ checkpoint: Checkpoint, format: QuantizationFormat, instructionSet: InstructionSet? = nil
    ) throws {
        let model = try DecoderModel(checkpoint)
        if case .panels(let format)? = model.configuration.quantization?.method {
            throw QuantizationError(
                .alreadyQuantized,
                "\(checkpoint.folder) is \(format.rawValue) already, and rounding twice loses more than once; take the "
                    + "checkpoint that it was made of")
        }
        guard !checkpoint.isPacked else {
            throw QuantizationError(
                .alreadyQuantized,
                "\(checkpoint.folder) is low-bit already, and rounding twice loses more than once; take the model in F16, "
                    + "BF16 or F32, or make a folder with 'deepseek convert' if there is no other")
        }
        self.checkpoint = checkpoint
        configuration = model.configuration
        plan = QuantizationPlan(checkpoint, configuration: model.configuration, format: format)
        self.instructionSet = instructionSet ?? InstructionSet.available.last ?? .scalar
    }

    /// Writes the folder. It appears when it is complete; a run that is cut off leaves finished shards in a hidden folder
    /// beside it, and the same call goes on from there.
    ///
    /// - Parameter progress: called after every chunk. What it throws ends the run, as if it had been cut off.
    /// - Throws: `CheckpointError`, `MemoryError`, or ``QuantizationError`` `unfitWeight`, naming the tensor; and what
    ///   `progress` throws.
    @discardableResult
    public func write(
        to folder: String, progress: (QuantizationProgress) throws -> Void = { _ in }
    ) throws -> QuantizationSummary {
        let writer = try CheckpointWriter(
            folder: folder, configuration: configurationJSON,
            generationConfiguration: checkpoint.generationConfiguration,
            tensors: plan.entries.flatMap(\.outputs), maximumShardBytes: maximumShardBytes, resumePlan: resumePlan)
        let threads = threads ?? ProcessorCount.usable
        let columns = plan.entries.filter { $0.shape.count == 2 }.map { $0.shape[1] }.max() ?? 1
        let pool = try WorkerPool(
            count: threads, scratch: max(FitPanels.scratch(columns: columns), FitBlocks.scratch(columns: columns)))
        let run = try withoutActuallyEscaping(progress) { progress in
            var run = QuantizationRun(
                quantizer: self, writer: writer, pool: pool, kernels: Kernels(instructionSet), report: progress)
            try run.writeAll()
            return run.figures
        }
        try writer.copyFiles(from: checkpoint.folder)
        try writer.finish()
        return QuantizationSummary(
            folder: writer.folder, plan: plan, resumption: writer.resumption, computedWeights: run.computed,
            seconds: run.seconds, threads: threads)
    }

    /// The source's, with the form of the weights.
    private var configurationJSON: JSONValue {
        guard var members = checkpoint.configuration.object else { return checkpoint.configuration }
        let method: QuantizationConfiguration.Method =
            switch plan.policy.format {
            case .int8: .panels(.int8)
            case .int4: .panels(.int4)
            case .fp8: .float8
            }
        members["quantization_config"] = QuantizationConfiguration(method).json
        return .object(members)
    }

    /// What the bytes of the shards depend on.
    private var resumePlan: JSONValue {
        [
            "format": .string(plan.policy.format.rawValue), "revision": .integer(QuantizationPolicy.revision),
            "source": SourceFingerprint.json(of: checkpoint),
            "importance": importance.map { .string($0.fingerprint) } ?? .null,
        ]
    }
}

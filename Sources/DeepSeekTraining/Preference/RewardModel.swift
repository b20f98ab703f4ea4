import DeepSeekCheckpoints
import DeepSeekInference
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// A reward model that was trained by `task: reward`, opened to judge conversations.
public final class RewardModel {
    private let network: TrainingNetwork
    private let format: ChatFormat
    private let length: Int
    /// Sequences that are computed at once.
    private static let passSequences = 4

    /// - Parameters:
    ///   - length: tokens of the longest conversation, and of a sequence that several short ones share.
    /// - Throws: ``TrainingError``, or what is wrong with the folder.
    public init(
        folder: String, length: Int, precision: TrainingPrecision = .bfloat16, threads: Int? = nil,
        instructionSet: InstructionSet
    ) throws {
        let checkpoint = try Checkpoint(folder: folder)
        guard checkpoint.tensor(named: NetworkHead.scoreWeight) != nil else {
            throw TrainingError(
                .unsupportedModel,
                "\(folder): there is no \"\(NetworkHead.scoreWeight)\", so this is no reward model; train one with \"task: "
                    + "reward\"")
        }
        let model = try ModelConfiguration(checkpoint.configuration, path: checkpoint.configurationPath)
        self.length = min(length, model.maximumPositions)
        format = ChatFormat(try TokenizerFiles(folder))
        network = try TrainingNetwork(
            model, rows: Self.passSequences * self.length, sequenceLength: self.length,
            options: TrainingOptions(precision: precision), instructionSet: instructionSet,
            threads: threads ?? ProcessorCount.usable, head: .score, isFrozen: true)
        try network.store.load(checkpoint, network.context.kernels, tied: model.tiesEmbeddings)
    }

    /// - Parameter conversations: messages that end with the assistant's.
    /// - Returns: the score of each, a logit: its sigmoid is what the loss calls how good it is.
    /// - Throws: ``TrainingError`` `invalidData` for one that is too long, or what the chat template refuses.
    public func scores(_ conversations: [[JSONValue]]) throws -> [Double] {
        let segments = try conversations.enumerated().map { number, messages in
            let ids = try format.ids(messages: messages, addGenerationPrompt: false)
            guard ids.count <= length, !ids.isEmpty else {
                throw TrainingError(
                    .invalidData,
                    "conversation \(number + 1) has \(ids.count) tokens, and the reward model reads 1 to \(length)")
            }
            return [SegmentPacking.Segment(ids: ids, targets: ids.map { _ in -1 })]
        }
        var scores = [Double](repeating: 0, count: conversations.count)
        for pass in SegmentPacking(segments, length: length, passSequences: Self.passSequences).passes {
            network.batch.fill(pass.sequences[...])
            network.scalarHead.rows = pass.places.map { $0.firstRow + $0.rows - 1 }
            network.evaluate()
            for (place, score) in zip(pass.places, network.scalarHead.scores) { scores[place.group] = Double(score) }
        }
        return scores
    }
}

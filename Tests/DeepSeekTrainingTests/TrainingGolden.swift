import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTraining
import Foundation
import Testing

/// A reference checkpoint beside the package, and what PyTorch computes for one step of its training.
struct TrainingGolden {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/goldens").path
    static let isPresent = FileManager.default.fileExists(atPath: folder)
    static let reason: Comment = "skipped: needs ../shared/goldens"

    let json: JSONValue
    let checkpoint: Checkpoint
    let configuration: ModelConfiguration
    let batch: [[Int32]]

    init(_ name: String) throws {
        json = try Checkpoint.readJSON(path: "\(Self.folder)/\(name)/train.json")
        checkpoint = try Checkpoint(folder: "\(Self.folder)/\(name)/fp32")
        configuration = try ModelConfiguration(checkpoint.configuration)
        batch = try #require(json["batch"]?.array).map { row in
            try #require(row.array).compactMap { $0.integer.map(Int32.init) }
        }
    }

    /// With the checkpoint's weights and the batch.
    func network(
        _ options: TrainingOptions = TrainingOptions(precision: .float32),
        instructionSet: InstructionSet? = nil, threads: Int = 2
    ) throws -> TrainingNetwork {
        let length = batch[0].count
        let network = try TrainingNetwork(
            configuration, rows: batch.count * length, sequenceLength: length, options: options,
            instructionSet: instructionSet ?? .selected(forced: nil), threads: threads)
        try network.store.load(checkpoint, network.context.kernels, tied: configuration.tiesEmbeddings)
        for (number, sequence) in batch.enumerated() {
            for (place, id) in sequence.enumerated() {
                network.batch.ids[number * length + place] = id
                network.batch.targets[number * length + place] = place + 1 < length ? sequence[place + 1] : -1
            }
        }
        network.batch.lossScale = 1 / Float(network.batch.targetCount)
        network.store.clearGradients(network.context)
        return network
    }
}

/// Whether two numbers agree relative to the larger, or to what is small beside everything else.
func agree(_ a: Double, _ b: Double, _ tolerance: Double = 1e-4, floor: Double = 1e-3) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b), floor)
}

import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTensors
import Foundation

/// The checkpoints of a run: `checkpoints/step-N/` with the weights as an ordinary folder (`model/`, float32), AdamW's
/// moments (`optimizer.safetensors`) and everything else (`state.json`).
///
/// A checkpoint is written beside its place and renamed when all of it is on the disk; older ones go only then.
struct RunCheckpoint {
    let folder: String

    private var root: String { "\(folder)/checkpoints" }
    private static let prefix = "step-"

    /// The path of a step's checkpoint.
    func path(step: Int) -> String {
        let digits = String(step)
        return "\(root)/\(Self.prefix)" + String(repeating: "0", count: max(8 - digits.count, 0)) + digits
    }

    /// Steps that have one, in order.
    var steps: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return names.compactMap { $0.hasPrefix(Self.prefix) ? Int($0.dropFirst(Self.prefix.count)) : nil }.sorted()
    }

    /// What a run that was cut off has left unfinished.
    func removeLeftovers() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? [] where name.hasPrefix(".") {
            try? FileManager.default.removeItem(atPath: "\(root)/\(name)")
        }
    }

    func save(
        _ state: JSONValue, step: Int, network: TrainingNetwork, configuration: JSONValue, tokenizer: String,
        keeping: Int
    ) throws {
        // What is there of this step is whole, and the same.
        guard !steps.contains(step) else { return }
        try RunFile.makeFolder(root)
        removeLeftovers()
        let temporary = "\(root)/.\(Self.prefix)\(step)"
        do {
            try RunFile.makeFolder(temporary)
            try ModelExport(network, configuration: configuration, tokenizer: tokenizer, type: .float32)
                .write(to: "\(temporary)/model")
            try writeMoments(network.store, to: "\(temporary)/optimizer.safetensors")
            try RunFile.write(state.serialized(pretty: true) + "\n", to: "\(temporary)/state.json")
            try FolderMove.move(temporary, to: path(step: step))
        } catch {
            try? FileManager.default.removeItem(atPath: temporary)
            throw TrainingError(
                .writeFailed, "the checkpoint of step \(step) could not be written: \(error); earlier ones are whole")
        }
        for old in steps.dropLast(keeping) { try? FileManager.default.removeItem(atPath: path(step: old)) }
    }

    private func writeMoments(_ store: ParameterStore, to path: String) throws(CheckpointError) {
        let trained = store.trained
        let writer = try SafetensorsWriter(
            path: path,
            tensors: trained.flatMap { parameter in
                ["first", "second"].map {
                    TensorDescription(name: "\(parameter.name).\($0)", elementType: .float32, shape: parameter.shape)
                }
            } + adapted(store).map { TensorDescription(name: $0.name, elementType: .float32, shape: $0.shape) })
        for parameter in trained {
            for (name, moment) in [("first", parameter.first), ("second", parameter.second)] {
                try writer.write(
                    UnsafeRawBufferPointer(start: moment, count: parameter.count * 4), to: "\(parameter.name).\(name)")
            }
        }
        for parameter in adapted(store) {
            try writer.write(
                UnsafeRawBufferPointer(start: parameter.value, count: parameter.count * 4), to: parameter.name)
        }
        try writer.finish()
    }

    /// An adaptation's own parameters, which the model folder has only as part of its weights.
    private func adapted(_ store: ParameterStore) -> [Parameter] {
        store.parameters.filter { LowRankAdaptation.isAdaptation($0.name) }
    }

    /// Fills weights and moments.
    ///
    /// - Returns: the state.
    func load(step: Int, into network: TrainingNetwork) throws -> JSONValue {
        let place = path(step: step)
        let state = try Checkpoint.readJSON(path: "\(place)/state.json")
        let file = try TensorFile(path: "\(place)/optimizer.safetensors")
        func fill(_ name: String, _ count: Int, _ target: UnsafeMutablePointer<Float>?) throws {
            guard let tensor = file.tensor(named: name), tensor.elementType == .float32, tensor.count == count,
                let source = tensor.bytes.baseAddress
            else {
                throw TrainingError(
                    .invalidCheckpoint,
                    "\(place)/optimizer.safetensors: \"\(name)\" is missing or has another size; the checkpoint belongs "
                        + "to another recipe")
            }
            target?.update(from: source.assumingMemoryBound(to: Float.self), count: count)
        }
        for parameter in network.store.trained {
            try fill("\(parameter.name).first", parameter.count, parameter.first)
            try fill("\(parameter.name).second", parameter.count, parameter.second)
        }
        let adapted = adapted(network.store)
        for parameter in adapted { try fill(parameter.name, parameter.count, parameter.value) }
        // With an adaptation the network's own weights are those it began with.
        if adapted.isEmpty {
            let checkpoint = try Checkpoint(folder: "\(place)/model")
            try network.store.load(
                checkpoint, network.context.kernels, tied: network.configuration.tiesEmbeddings)
        }
        return state
    }
}

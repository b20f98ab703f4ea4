import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTensors

/// The weights in training as a checkpoint in memory, for the engine that draws answers with them: float32 ones are used
/// where they lie, others are copied after each update.
final class RolloutWeights {
    private let network: TrainingNetwork
    private let configuration: JSONValue
    private let tokenizer: String
    /// Nil where the engine reads the master weights themselves.
    private let copy: FloatBuffer?
    private let type: ElementType

    /// - Parameters:
    ///   - tokenizer: the folder whose tokenizer the engine reads.
    ///   - precision: of the engine's weights. An adaptation is added to weights in a copy.
    init(
        _ network: TrainingNetwork, configuration: JSONValue, tokenizer: String, precision: TrainingPrecision
    ) throws(TrainingError) {
        self.network = network
        self.configuration = configuration
        self.tokenizer = tokenizer
        type = precision == .float32 ? .float32 : .bfloat16
        guard precision == .bfloat16 || network.adaptation != nil else {
            copy = nil
            return
        }
        do { copy = try FloatBuffer(count: network.store.values.count) } catch { throw TrainingError(error) }
    }

    /// Keeps what tensors point into.
    // Unchecked: the numbers change only between an engine's requests, when nobody computes with them.
    private final class Keeper: @unchecked Sendable {
        let memory: AnyObject

        init(_ memory: AnyObject) { self.memory = memory }
    }

    /// The weights as they are now.
    func checkpoint() -> Checkpoint {
        let keeper = Keeper(copy.map { $0 as AnyObject } ?? network.store)
        let parameters = network.store.parameters.filter { !LowRankAdaptation.isAdaptation($0.name) }
        let merged = ScratchArray<Float>()
        let tensors = parameters.map { parameter in
            let place = copy.map { $0.pointer + (parameter.value - network.store.values.pointer) }
            if let place { write(parameter, to: place, merged) }
            return StoredTensor(
                name: parameter.name, elementType: type, shape: parameter.shape,
                bytes: UnsafeRawBufferPointer(start: place ?? parameter.value, count: parameter.count * type.size),
                file: "the weights in training", owner: keeper)
        }
        return Checkpoint(folder: tokenizer, configuration: configuration, tensors: tensors)
    }

    private func write(_ parameter: Parameter, to place: UnsafeMutablePointer<Float>, _ merged: ScratchArray<Float>) {
        var source = UnsafePointer(parameter.value)
        if network.adaptation != nil {
            merged.reserve(parameter.count)
            merged.pointer.update(from: parameter.value, count: parameter.count)
            network.addAdaptation(of: parameter, to: merged.pointer)
            source = UnsafePointer(merged.pointer)
        }
        network.context.kernels.store(type, source, count: parameter.count, UnsafeMutableRawPointer(place))
    }
}

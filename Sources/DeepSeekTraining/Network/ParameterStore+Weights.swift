import DeepSeekCheckpoints
import DeepSeekTensors

extension ParameterStore {
    /// Takes all weights from a checkpoint; parameters of an adaptation, which it lacks, are left alone. A reward model may
    /// start from a network that predicts tokens: then its head begins at 0.
    ///
    /// - Throws: ``CheckpointError`` for one that is missing or has another shape, or that the network has no place for.
    package func load(_ checkpoint: Checkpoint, _ kernels: Kernels, tied: Bool) throws(CheckpointError) {
        var expected: Set<String> = []
        let isReward = self[NetworkHead.scoreWeight] != nil
        for parameter in parameters where !LowRankAdaptation.isAdaptation(parameter.name) {
            if parameter.name == NetworkHead.scoreWeight, checkpoint.tensor(named: parameter.name) == nil {
                parameter.value.update(repeating: 0, count: parameter.count)
                continue
            }
            let tensor = try checkpoint.tensor(named: parameter.name, shape: parameter.shape)
            guard let base = tensor.bytes.baseAddress else {
                throw CheckpointError(.wrongShape, path: tensor.file, "\"\(parameter.name)\" is empty")
            }
            kernels.load(tensor.elementType, base, count: parameter.count, parameter.value)
            expected.insert(parameter.name)
        }
        try checkpoint.refuseSurplus(expected: expected, ignorable: tied || isReward ? ["lm_head.weight"] : [])
    }

    /// Matrices from a normal distribution, norms 1, biases 0. In an adaptation A is random and B is 0, so that at first
    /// it changes nothing.
    package func initialize(deviation: Double, seed: UInt64) {
        for (number, parameter) in parameters.enumerated() where !LowRankAdaptation.isAdaptation(parameter.name) {
            if parameter.shape.count == 1 {
                parameter.value.update(repeating: parameter.name.hasSuffix(".bias") ? 0 : 1, count: parameter.count)
            } else {
                fill(parameter, deviation: deviation, TrainingRandom(seed: seed, stream: UInt64(number)))
            }
        }
        initializeAdaptation(seed: seed)
    }

    package func initializeAdaptation(seed: UInt64) {
        for (number, parameter) in parameters.enumerated() where LowRankAdaptation.isAdaptation(parameter.name) {
            if LowRankAdaptation.isUp(parameter.name) {
                parameter.value.update(repeating: 0, count: parameter.count)
            } else {
                let deviation = 1 / Double(parameter.columns).squareRoot()
                fill(parameter, deviation: deviation, TrainingRandom(seed: seed, stream: UInt64(number)))
            }
        }
    }

    private func fill(_ parameter: Parameter, deviation: Double, _ random: TrainingRandom) {
        var random = random
        for index in 0..<parameter.count { parameter.value[index] = Float(random.normal() * deviation) }
    }
}

import DeepSeekModel
import DeepSeekTensors
import DeepSeekTraining

/// What training a network of some shape costs: the report's comparison of V2 with the dense 67B (section 3.2.3), both
/// made smaller by the same factors.
public struct TrainingBenchmark: Sendable {
    /// By which all widths and numbers of heads are divided, and the vocabulary; widths of heads and numbers of experts
    /// stay.
    public var widths = 16
    /// By which the numbers of layers are divided.
    public var layers = 10
    public var length = 512
    public var sequences = 4
    public var runs = 3
    public var precision = TrainingPrecision.bfloat16

    public init() {}

    /// One warming step, then `runs` timed ones: forth and back, and the update of the weights.
    public func run(
        _ shape: PublishedShape, instructionSet: InstructionSet, threads: Int
    ) throws -> TrainingBenchmarkRow {
        let configuration = try ModelConfiguration(shape.scaled(widths: widths, layers: layers), path: shape.rawValue)
        let network = try TrainingNetwork(
            configuration, rows: sequences * length, sequenceLength: length,
            options: TrainingOptions(precision: precision), instructionSet: instructionSet, threads: threads)
        network.store.initialize(deviation: 0.006, seed: 1)
        var random = TrainingRandom(seed: 2)
        let vocabulary = UInt64(configuration.vocabularySize)
        for row in 0..<network.batch.rows {
            network.batch.ids[row] = Int32(random.next() % vocabulary)
            network.batch.targets[row] = Int32(random.next() % vocabulary)
        }
        network.batch.lossScale = 1 / Float(network.batch.rows)
        let clock = ContinuousClock()
        let optimizer = AdamW()
        var seconds: [Double] = []
        for run in 0...runs {
            let time = clock.measure {
                network.store.clearGradients(network.context)
                network.differentiate()
                optimizer.step(
                    network.store.trained, number: run + 1, learningRate: 1e-5, scale: 1, network.context)
            }
            if run > 0 { seconds.append(time / .seconds(1)) }
        }
        return TrainingBenchmarkRow(
            shape: shape.rawValue, parameters: network.store.parameters.reduce(0) { $0 + $1.count },
            activeParameters: ParameterInventory(configuration).active,
            operationsPerToken: TrainingCost(configuration, length: length).operationsPerToken,
            tokensPerSecond: Double(network.batch.rows) / (SpeedResult.median(seconds) ?? .nan))
    }
}

import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import Testing
import WeightTestSupport

/// Rounding by what a text moves.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct CalibrationTests {
    private static let text = String(repeating: "The sun rose over the hills, and he walked on. 太阳升起来了。", count: 40)
    private static let matrix = "model.layers.2.self_attn.q_a_proj.weight"
    private static let column = 5

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The trained model with one input of a layer's attention made twenty times as large.
    private func loudModel() throws -> Checkpoint {
        let source = try Checkpoint(folder: Shared.trained)
        let inventory = ParameterInventory(try ModelConfiguration(source.configuration))
        let path = folder.file("loud")
        let writer = try CheckpointWriter(
            folder: path, configuration: source.configuration,
            tensors: inventory.tensors.map { TensorDescription(name: $0.name, elementType: .float32, shape: $0.shape) })
        for tensor in inventory.tensors {
            var numbers = try source.numbers(of: tensor.name, shape: tensor.shape)
            if tensor.name == "model.layers.2.input_layernorm.weight" { numbers[Self.column] *= 20 }
            try numbers.withUnsafeBytes { try writer.write($0, to: tensor.name) }
        }
        try writer.copyFiles(from: Shared.trained)
        try writer.finish()
        return try Checkpoint(folder: path)
    }

    private func quantized(_ checkpoint: Checkpoint, _ name: String, _ importance: ColumnImportance?) throws -> [Float]
    {
        var quantizer = try CheckpointQuantizer(checkpoint, format: .int4)
        quantizer.importance = importance
        try quantizer.write(to: folder.file(name))
        return try Checkpoint(folder: folder.file(name)).numbers(of: Self.matrix, shape: [64, 192])
    }

    @Test func whatTheTextMovesKeepsMost() throws {
        let loud = try loudModel()
        var seen: [Int] = []
        let importance = try Calibrator(loud, instructionSet: .scalar).importance(
            of: Self.text, maximumTokens: 400
        ) { done, total in
            #expect(total == 400)
            seen.append(done)
        }
        #expect(seen.last == 400 && seen == seen.sorted())
        let was = try loud.numbers(of: Self.matrix, shape: [64, 192])
        func error(_ found: [Float], column: Int) -> Float {
            (0..<64).reduce(0) { sum, row in
                let difference = found[row * 192 + column] - was[row * 192 + column]
                return sum + difference * difference
            }
        }
        let (plain, weighed) = (try quantized(loud, "plain", nil), try quantized(loud, "weighed", importance))
        #expect(error(weighed, column: Self.column) < 0.5 * error(plain, column: Self.column))
        // Its neighbours pay, since the group has one scale.
        #expect(error(weighed, column: Self.column + 1) > error(plain, column: Self.column + 1))
        // Another calibration is another plan.
        let other = try Calibrator(loud, instructionSet: .scalar).importance(of: Self.text, maximumTokens: 200)
        #expect(other.fingerprint != importance.fingerprint)
    }

    @Test func aTextThatIsTooShortIsRefused() throws {
        let calibrator = try Calibrator(Checkpoint(folder: Shared.trained), instructionSet: .scalar)
        let error = #expect(throws: QuantizationError.self) {
            try calibrator.importance(of: "Hello.", maximumTokens: 1_000)
        }
        #expect(error?.code == .unfitText)
    }
}

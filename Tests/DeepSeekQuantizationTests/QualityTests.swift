import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import DeepSeekTokenizer
import Foundation
import Testing
import WeightTestSupport

/// What rounding does to a trained model, on questions that it was not trained on. `Benchmarks/quality.py` measures more.
@Suite(.enabled(if: Shared.isPresent, Shared.reason), .serialized) struct QualityTests {
    private let folder: TemporaryFolder
    private let source: Checkpoint
    private let windows: [[Int32]]

    init() throws {
        folder = try TemporaryFolder()
        source = try Checkpoint(folder: Shared.trained)
        let configuration = try ModelConfiguration(source.configuration)
        let ids = try Tokenizer(folder: Shared.trained).encode(
            Self.questions(Shared.questions, count: 30), matchingSpecialTokens: false)
        let beginning = configuration.beginningOfSequence.map { [$0] } ?? []
        windows = stride(from: 0, to: ids.count, by: 511).map { beginning + ids[$0..<min($0 + 511, ids.count)] }
    }

    private static func questions(_ path: String, count: Int) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").prefix(count).map {
            try #require(try JSONValue(parsing: String($0))["question"]?.string)
        }.joined(separator: "\n\n")
    }

    private func quantized(
        _ format: QuantizationFormat, importance: ColumnImportance? = nil
    ) throws -> (folder: String, bytes: Int) {
        let path = folder.file(format.rawValue + (importance == nil ? "" : "-calibrated"))
        var quantizer = try CheckpointQuantizer(source, format: format)
        quantizer.importance = importance
        return (path, try quantizer.write(to: path).plan.bytes)
    }

    /// A float32 folder of what Q4_0 keeps of every matrix but the router, and the bytes that it would take.
    private func q4() throws -> (folder: String, bytes: Int) {
        let path = folder.file("q4")
        let inventory = ParameterInventory(try ModelConfiguration(source.configuration))
        let writer = try CheckpointWriter(
            folder: path, configuration: source.configuration,
            tensors: inventory.tensors.map { TensorDescription(name: $0.name, elementType: .float32, shape: $0.shape) })
        var bits = 0.0
        for tensor in inventory.tensors {
            var numbers = try source.numbers(of: tensor.name, shape: tensor.shape)
            let isRounded = tensor.shape.count == 2 && tensor.part != .router
            if isRounded { numbers = GGUFRounding.q4(rows: numbers) }
            bits += Double(tensor.count) * (isRounded ? GGUFRounding.q4Bits : 32)
            try numbers.withUnsafeBytes { try writer.write($0, to: tensor.name) }
        }
        try writer.copyFiles(from: Shared.trained)
        try writer.finish()
        return (path, Int(bits / 8))
    }

    @Test func eightBitsCanHardlyBeTold() throws {
        let original = try Reading(Shared.trained, windows)
        let int8 = try quantized(.int8).folder
        for arithmetic in [ArithmeticType.float32, .int8] {
            let reading = try Reading(int8, windows, arithmetic: arithmetic)
            #expect(abs(reading.perplexity / original.perplexity - 1) < 0.001, "\(arithmetic)")
            #expect(original.divergence(of: reading) < 0.001, "\(arithmetic)")
        }
        let fp8 = try Reading(quantized(.fp8).folder, windows)
        #expect(original.divergence(of: fp8) < 0.001)
    }

    /// With a text of the same kind, which is not the one that is measured.
    @Test func aTextMakesFourBitsBetter() throws {
        let text = try Self.questions(Shared.otherQuestions, count: 60)
        let importance = try Calibrator(source, instructionSet: InstructionSet.available.last ?? .scalar)
            .importance(of: text, maximumTokens: 4_096)
        let original = try Reading(Shared.trained, windows)
        let plain = try original.divergence(of: Reading(quantized(.int4).folder, windows))
        let calibrated = try original.divergence(of: Reading(quantized(.int4, importance: importance).folder, windows))
        #expect(calibrated < 0.75 * plain)
    }

    /// A perplexity may fall by luck; the divergence cannot.
    @Test func fourBitsAreBetterThanQ4() throws {
        let original = try Reading(Shared.trained, windows)
        let (own, peer) = (try quantized(.int4), try q4())
        #expect(own.bytes <= peer.bytes)
        let limit = try original.divergence(of: Reading(peer.folder, windows))
        for arithmetic in [ArithmeticType.float32, .int8] {
            let reading = try Reading(own.folder, windows, arithmetic: arithmetic)
            #expect(original.divergence(of: reading) < 0.8 * limit, "\(arithmetic)")
            #expect(reading.perplexity / original.perplexity < 1.02, "\(arithmetic)")
        }
    }
}

import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import Foundation
import Testing
import WeightTestSupport

/// The reference checkpoints, quantised.
@Suite(.enabled(if: Golden.isPresent, Golden.reason)) struct QuantizedGoldenTests {
    private static let names = ["v2-tiny", "v2-lite-tiny", "v2-norope-tiny", "v2-quirks-tiny", "llama-gqa-tiny"]

    private let folder = FileManager.default.temporaryDirectory.appending(path: "golden-\(UUID().uuidString)").path

    private func quantized(_ name: String, _ format: QuantizationFormat) throws -> Checkpoint {
        let source = try Checkpoint(folder: "\(Golden.folder)/\(name)/fp32")
        try CheckpointQuantizer(source, format: format).write(to: folder)
        return try Checkpoint(folder: folder)
    }

    /// In float32 arithmetic, low-bit weights give what the numbers that they stand for give as float32, as near as the
    /// reference implementations are met; and so the goldens hold for every format, but for the rounding of the weights,
    /// which is tested on its own.
    @Test(arguments: names, QuantizationFormat.allCases)
    func logitsAreThoseOfTheWeights(name: String, format: QuantizationFormat) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let checkpoint = try quantized(name, format)
        for form in [ForwardOptions.AttentionForm.expanded, .absorbed] {
            let options = ForwardOptions(attention: form)
            let own = try ModelRunner(DecoderModel(checkpoint), options: options)
            let plain = try ModelRunner(DecoderModel(checkpoint.dequantized()), options: options)
            for prompt in try Golden(name: name, type: "fp32").prompts() {
                let difference = largestDifference(
                    try own.logits(prompt.ids, rows: prompt.rows, chunk: 512),
                    try plain.logits(prompt.ids, rows: prompt.rows, chunk: 512))
                #expect(difference < GoldenTests.tolerance, "\(prompt.name), \(form)")
            }
        }
    }

    /// A folder is packed for no machine in particular: one without the instructions of another runs it too. Sums in other
    /// orders may round an activation to the next of 255 steps.
    @Test(arguments: QuantizationFormat.allCases) func everyInstructionSetReadsIt(format: QuantizationFormat) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let checkpoint = try quantized("llama-gqa-tiny", format)
        let ids = try #require(Golden(name: "llama-gqa-tiny", type: "fp32").prompts().first).ids
        let results = try InstructionSet.available.map { set in
            let options = ForwardOptions(arithmetic: format == .fp8 ? .float32 : .int8)
            let runner = try ModelRunner(DecoderModel(checkpoint), options: options, instructionSet: set)
            return try runner.logits(ids, rows: Array(ids.indices), chunk: 64)
        }
        for result in results.dropFirst() {
            #expect(largestDifference(result, results[0]) < (format == .fp8 ? 1e-4 : 0.02))
        }
    }

    /// How far the reference's logits are missed, as a share of their size, up to the first token of a prompt for which
    /// rounding chooses other experts: these are random networks, in which two experts have nothing in common, and which
    /// make five to ten times as much of an error of the weights.
    struct Limit: Sendable {
        let format: QuantizationFormat
        let arithmetic: ArithmeticType
        let share: Double
    }

    private static let limits = [
        Limit(format: .int8, arithmetic: .float32, share: 0.06), Limit(format: .int8, arithmetic: .int8, share: 0.09),
        Limit(format: .fp8, arithmetic: .float32, share: 0.15), Limit(format: .int4, arithmetic: .float32, share: 0.4),
        Limit(format: .int4, arithmetic: .int8, share: 0.4),
    ]

    /// Four bits leave the first token of these with other experts.
    private static let cases = names.flatMap { name in
        limits.filter { $0.format != .int4 || !["v2-tiny", "v2-lite-tiny"].contains(name) }.map { (name, $0) }
    }

    @Test(arguments: cases) func goldensAreMet(name: String, limit: Limit) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let original = try Checkpoint(folder: "\(Golden.folder)/\(name)/fp32")
        let checkpoint = try quantized(name, limit.format)
        let prompts = try Golden(name: name, type: "fp32").prompts()
        var (error, size, rows) = (0.0, 0.0, 0)
        for prompt in prompts {
            let expected = try choices(original, prompt, .float32)
            let found = try choices(checkpoint, prompt, limit.arithmetic)
            let agreeing = zip(expected.experts, found.experts).prefix { $0 == $1 }.count
            let width = prompt.logits.count / prompt.rows.count
            for (index, row) in prompt.rows.enumerated() where row < agreeing {
                rows += 1
                for place in index * width..<(index + 1) * width {
                    error +=
                        Double(found.logits[place] - prompt.logits[place])
                        * Double(found.logits[place] - prompt.logits[place])
                    size += Double(prompt.logits[place]) * Double(prompt.logits[place])
                }
            }
        }
        #expect(rows >= 2, "too few tokens keep their experts to say anything")
        #expect((error / size).squareRoot() < limit.share)
    }

    /// Logits of a prompt's rows, and for each of its tokens the experts of all layers, in no order.
    private func choices(
        _ checkpoint: Checkpoint, _ prompt: Golden.Prompt, _ arithmetic: ArithmeticType
    ) throws -> (logits: [Float], experts: [[Set<Int32>]]) {
        let model = try DecoderModel(checkpoint)
        let runner = try ModelRunner(model, options: ForwardOptions(arithmetic: arithmetic))
        var experts = [[Set<Int32>]](repeating: [], count: prompt.ids.count)
        var tokens: [Int: Int] = [:]
        if let mixture = model.configuration.mixture {
            let k = mixture.expertsPerToken
            runner.workspace.observeRouting = { layer, chosen, _ in
                let first = tokens[layer, default: 0]
                for token in 0..<chosen.count / k {
                    experts[first + token].append(Set(chosen[token * k..<(token + 1) * k]))
                }
                tokens[layer] = first + chosen.count / k
            }
        }
        return (try runner.logits(prompt.ids, rows: prompt.rows, chunk: 512), experts)
    }
}

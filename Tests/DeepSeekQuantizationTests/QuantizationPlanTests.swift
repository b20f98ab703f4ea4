import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekQuantization
import Testing

/// Sizes and choices, before anything is computed.
struct QuantizationPlanTests {
    private func plan(_ shape: PublishedShape, _ format: QuantizationFormat) throws -> QuantizationPlan {
        let json = shape.configuration()
        return QuantizationPlan(
            Checkpoint(folder: "shape", configuration: json, tensors: []), configuration: try ModelConfiguration(json),
            format: format)
    }

    /// Head, embedding, norms, scales and padding included.
    @Test(arguments: PublishedShape.allCases, [(QuantizationFormat.int8, 8.6), (.int4, 4.75), (.fp8, 8.6)])
    func bitsPerWeight(shape: PublishedShape, limit: (format: QuantizationFormat, bits: Double)) throws {
        let plan = try plan(shape, limit.format)
        #expect(plan.bitsPerWeight <= limit.bits)
        #expect(plan.weights == ParameterInventory(try ModelConfiguration(shape.configuration())).total)
        #expect(plan.bytes == plan.policy.rules.reduce(0) { $0 + plan.size(of: $1).bytes })
    }

    /// Every tensor has the rule that its table says.
    @Test func whatKeepsMoreBits() throws {
        let lite = try plan(.v2Lite, .int4)
        func storage(_ plan: QuantizationPlan, _ suffix: String) -> Set<TensorStorage> {
            Set(plan.entries.filter { $0.name.hasSuffix(suffix) }.map(\.storage))
        }
        #expect(storage(lite, "embed_tokens.weight") == [.int8] && storage(lite, "lm_head.weight") == [.int8])
        #expect(storage(lite, "kv_a_proj_with_mqa.weight") == [.int8])
        #expect(storage(lite, "mlp.gate.weight") == [.asStored] && storage(lite, "norm.weight") == [.asStored])
        #expect(storage(lite, "down_proj.weight") == [.int4] && storage(lite, "o_proj.weight") == [.int4])
        let published = try plan(.v2, .fp8)
        #expect(
            storage(published, "embed_tokens.weight") == [.asStored]
                && storage(published, "lm_head.weight") == [.asStored])
        #expect(storage(published, "down_proj.weight") == [.fp8])
        #expect(
            try plan(.v2, .int8).entries.filter { $0.shape.count == 2 && $0.storage != .int8 }.allSatisfy {
                $0.part == .router
            })
    }

    /// Where embedding and head are a large share, twice the bits would cost more than they are worth.
    @Test func smallModelsHaveFourBitHeads() throws {
        let folder = try TemporaryFolder()
        let trial = try TrialModel(in: folder.file("source"))
        let plan = try CheckpointQuantizer(trial.checkpoint, format: .int4).plan
        #expect(plan.entries.first { $0.part == .head }?.storage == .int4)
        #expect(plan.sourceBytes == trial.inventory.total * 4)
    }
}

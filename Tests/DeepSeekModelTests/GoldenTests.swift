import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors
import Testing

/// The network against the reference implementations' numbers.
@Suite(.enabled(if: Golden.isPresent, Golden.reason), .serialized) struct GoldenTests {
    /// Logits have a standard deviation of about 2.
    static let tolerance: Float = 1e-4

    @Test(arguments: Golden.all, [ForwardOptions.AttentionForm.expanded, .absorbed, .automatic])
    func logitsAgree(golden: Golden, form: ForwardOptions.AttentionForm) throws {
        let runner = try ModelRunner(golden.open(), options: ForwardOptions(attention: form))
        for prompt in try golden.prompts() {
            let logits = try runner.logits(prompt.ids, rows: prompt.rows, chunk: 512)
            let difference = largestDifference(logits, prompt.logits)
            #expect(difference < Self.tolerance, "\(prompt.name)")
        }
    }

    @Test(arguments: Golden.all) func greedyTokensAgree(golden: Golden) throws {
        let runner = try ModelRunner(golden.open())
        for prompt in try golden.prompts() {
            #expect(try runner.greedy(prompt.ids, count: prompt.greedy.count) == prompt.greedy, "\(prompt.name)")
        }
    }

    @Test(arguments: Golden.all) func routingAgrees(golden: Golden) throws {
        let model = try golden.open()
        guard let mixture = model.configuration.mixture else { return }
        let runner = try ModelRunner(model)
        let results = try golden.results()
        var experts: [Int: [Int32]] = [:]
        var weights: [Int: [Float]] = [:]
        runner.workspace.observeRouting = { layer, chosen, weight in
            experts[layer, default: []] += chosen
            weights[layer, default: []] += weight
        }
        for prompt in try golden.prompts() {
            (experts, weights) = ([:], [:])
            _ = try runner.logits(prompt.ids, rows: [], chunk: 512)
            let k = mixture.expertsPerToken
            for layer in 0..<model.configuration.layers where mixture.isMixture(layer: layer) {
                guard let expected = results.tensor(named: "\(prompt.name).L\(layer).topk_idx") else { continue }
                let expectedWeights = try #require(results.tensor(named: "\(prompt.name).L\(layer).topk_w"))
                #expect(expected.shape == [prompt.ids.count, k] || expected.shape == [prompt.rows.count, k])
                let rows = expected.shape[0] == prompt.ids.count ? Array(prompt.ids.indices) : prompt.rows
                let chosen = rows.flatMap { experts[layer, default: []][$0 * k..<($0 + 1) * k] }
                let weight = rows.flatMap { weights[layer, default: []][$0 * k..<($0 + 1) * k] }
                if expected.elementType == .int64 {
                    #expect(chosen.map(Int64.init) == expected.values(of: Int64.self), "\(prompt.name) layer \(layer)")
                } else {
                    #expect(chosen == expected.values(of: Int32.self), "\(prompt.name) layer \(layer)")
                }
                #expect(largestDifference(weight, expectedWeights.values(of: Float.self)) < 1e-3)
            }
        }
    }
}

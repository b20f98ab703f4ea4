import DeepSeekInference
import DeepSeekJSON
import Testing

/// The reference checkpoints' greedy answers, through the whole way of a request.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct GoldenGenerationTests {
    struct Prompt {
        let name: String
        let ids: [Int32]
        let greedy: [Int32]
    }

    private func prompts(_ name: String) throws -> [Prompt] {
        let golden = try Shared.json(Shared.golden(name) + "/golden.json")
        return try (golden["prompts"]?.object ?? [:]).map { name, prompt in
            let greedy = try #require(prompt["greedy"]?["fp32"])
            return Prompt(name: name, ids: try #require(prompt["ids"]).ids, greedy: greedy.ids)
        }
    }

    @Test(arguments: Shared.goldens, [512, 13]) func greedyAnswersAreTheReference(name: String, chunk: Int) async throws
    {
        let model = try Shared.tiny(name, context: nil, chunk: chunk)
        let prompts = try prompts(name)
        #expect(prompts.count >= 2)
        // The long ones once, in large chunks.
        for prompt in prompts where chunk == 512 || prompt.ids.count < 1_000 {
            var sampling = SamplingParameters.greedy
            sampling.maximumTokens = prompt.greedy.count
            sampling.ignoresEndOfSequence = true
            let request = GenerationRequest(prompt: prompt.ids, sampling: sampling, tenant: prompt.name)
            let answer = try await model.generate(request).answer()
            #expect(answer.ids == prompt.greedy, "\(prompt.name)")
            #expect(answer.text == nil)
            #expect(answer.result.finishReason == .length)
            #expect(
                answer.result.usage
                    == TokenUsage(
                        promptTokens: prompt.ids.count, completionTokens: prompt.greedy.count, promptCacheHitTokens: 0))
        }
    }
}

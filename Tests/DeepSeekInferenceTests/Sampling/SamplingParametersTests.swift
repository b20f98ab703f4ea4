import DeepSeekInference
import DeepSeekJSON
import Testing

@Suite struct SamplingParametersTests {
    @Test(arguments: [
        SamplingParameters(temperature: -0.1), SamplingParameters(temperature: .nan),
        SamplingParameters(temperature: .infinity), SamplingParameters(topP: 0), SamplingParameters(topP: 1.1),
        SamplingParameters(topK: -2), SamplingParameters(minP: -0.1), SamplingParameters(minP: 1.5),
        SamplingParameters(repetitionPenalty: 0), SamplingParameters(repetitionPenalty: -1),
        SamplingParameters(presencePenalty: 2.1), SamplingParameters(frequencyPenalty: -2.1),
        SamplingParameters(logitBias: [1: 101]), SamplingParameters(logitBias: [1: .nan]),
        SamplingParameters(stopStrings: ["a", ""]), SamplingParameters(maximumTokens: 0),
        SamplingParameters(logprobs: -1), SamplingParameters(logprobs: 21),
    ]) func refusesWhatIsOutOfRange(parameters: SamplingParameters) {
        #expect(code { try parameters.validate(vocabularySize: 10) } == .invalidParameter)
    }

    @Test(arguments: [
        SamplingParameters(logitBias: [10: 1]), SamplingParameters(logitBias: [-1: 1]),
        SamplingParameters(stopTokens: [3, 10]),
    ]) func refusesTokensOutsideTheVocabulary(parameters: SamplingParameters) {
        #expect(code { try parameters.validate(vocabularySize: 10) } == .tokenOutOfRange)
    }

    @Test func namesParameterValueAndRange() {
        do {
            try SamplingParameters(topP: 1.5).validate(vocabularySize: 10)
            Issue.record("accepted")
        } catch {
            #expect(error.description == "top_p is 1.5; it must be between 0.0 and 1.0")
        }
    }

    @Test func takesTheEnds() throws {
        try SamplingParameters(
            temperature: 0, topP: 1, topK: -1, minP: 1, repetitionPenalty: 1, presencePenalty: -2, frequencyPenalty: 2,
            logitBias: [0: -100, 9: 100], stopTokens: [9], maximumTokens: 1, logprobs: 20
        ).validate(vocabularySize: 10)
    }

    @Test func theRequestGoesBeforeTheFile() throws {
        let defaults = try GenerationDefaults(
            [
                "temperature": 0.3, "top_p": 0.95, "top_k": 40, "min_p": 0.1, "repetition_penalty": 1.1,
                "max_new_tokens": 9,
            ])
        let merged = SamplingParameters(temperature: 0.8, topK: 5).merged(over: defaults)
        #expect(merged.temperature == 0.8)
        #expect(merged.topP == 0.95)
        #expect(merged.topK == 5)
        #expect(merged.minP == 0.1)
        #expect(merged.repetitionPenalty == 1.1)
        #expect(merged.maximumTokens == 9)
    }

    @Test func notSamplingIsGreedy() throws {
        let greedy = try GenerationDefaults(["do_sample": false, "temperature": 0.7])
        #expect(SamplingParameters().merged(over: greedy).temperature == 0)
        #expect(SamplingParameters(temperature: 1).merged(over: greedy).temperature == 1)
        #expect(try GenerationDefaults(["do_sample": true]).temperature == nil)
    }

    @Test func endsOfSequenceAreOneOrMore() throws {
        #expect(try GenerationDefaults(["eos_token_id": 7]).endsOfSequence == [7])
        #expect(try GenerationDefaults(["eos_token_id": [7, 8]]).endsOfSequence == [7, 8])
        #expect(try GenerationDefaults(["eos_token_id": nil]).endsOfSequence == [])
    }

    @Test(
        arguments: [
            ["temperature": "hot"], ["temperature": -1], ["top_p": 7], ["top_k": 1.5], ["do_sample": 1],
            ["eos_token_id": "end"], ["eos_token_id": [1, 99_999_999_999]], ["eos_token_id": -1], ["max_new_tokens": 0],
        ] as [JSONValue]) func refusesFilesThatCannotBeRight(json: JSONValue)
    {
        do {
            _ = try GenerationDefaults(json, path: "folder/generation_config.json")
            Issue.record("accepted")
        } catch {
            #expect(error.code == .invalidDefaults)
            #expect(error.description.hasPrefix("folder/generation_config.json: "))
        }
    }
}

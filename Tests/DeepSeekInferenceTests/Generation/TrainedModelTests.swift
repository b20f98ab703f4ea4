import DeepSeekInference
import DeepSeekJSON
import Testing

/// The small trained model: texts in and out.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct TrainedModelTests {
    @Test(arguments: ["story", "maths", "zh"]) func continuesAsTheReference(name: String) async throws {
        let reference = try #require(try Shared.json(Shared.trained + "/reference.json")["greedy"]?[name])
        let model = try Shared.small()
        let ids = try model.promptIDs(text: try #require(reference["prompt"]?.string))
        #expect(ids == reference["ids"]?.ids)
        let expected = try #require(reference["greedy"]).ids
        let sampling = SamplingParameters(temperature: 0, ignoresEndOfSequence: true, maximumTokens: expected.count)
        let answer = try await model.generate(GenerationRequest(prompt: ids, sampling: sampling)).answer()
        #expect(answer.ids == expected)
        #expect(answer.text == reference["text"]?.string)
        #expect(answer.tokens.map { $0.text ?? "" }.joined() + (answer.result.remainingText ?? "") == answer.text)
    }

    @Test func theBeginningOfSequenceIsAddedOnce() throws {
        let model = try Shared.small()
        let once = try model.promptIDs(text: "He opened")
        #expect(once.first == 8190)
        #expect(try model.promptIDs(text: "<｜begin▁of▁sentence｜>He opened") == once)
        // As plain text, the token's name is not the token.
        let plain = try model.promptIDs(text: "<｜begin▁of▁sentence｜>He opened", matchingSpecialTokens: false)
        #expect(plain.first == 8190)
        #expect(plain.dropFirst().contains(8190) == false)
        #expect(plain.count > once.count)
    }

    @Test func messagesAreRenderedWithTheTemplate() throws {
        let model = try Shared.small()
        let tokenizer = try #require(model.tokenizer)
        let ids = try model.promptIDs(messages: [["role": "user", "content": "Hi <｜end▁of▁sentence｜>"]])
        #expect(tokenizer.decode(ids) == "<｜begin▁of▁sentence｜>User: Hi <｜end▁of▁sentence｜>\n\nAssistant:")
        #expect(ids.first == 8190)
        #expect(ids.contains(8191) == false)
    }

    @Test func stopStringsEndTheText() async throws {
        let model = try Shared.small()
        let sampling = SamplingParameters(temperature: 0, stopStrings: ["\"I don't", "never"], maximumTokens: 48)
        let answer = try await model.generate("He opened the door and", sampling: sampling).answer()
        #expect(answer.text == " looked at him.\n\n")
        #expect(answer.result.finishReason == .stop)
        #expect(answer.result.stopCause == .string("\"I don't"))
    }

    @Test func defaultsComeFromTheFile() async throws {
        let model = try Shared.small()
        #expect(model.generationDefaults.temperature == 0.7)
        #expect(model.generationDefaults.topP == 0.95)
        let prompt = "He opened the door and"
        let seeded = SamplingParameters(seed: 5, maximumTokens: 24)
        var spelled = seeded
        (spelled.temperature, spelled.topP) = (0.7, 0.95)
        let ids = try await model.generate(prompt, sampling: seeded).answer().ids
        #expect(try await model.generate(prompt, sampling: spelled).answer().ids == ids)
        spelled.temperature = 5
        #expect(try await model.generate(prompt, sampling: spelled).answer().ids != ids)
    }
}

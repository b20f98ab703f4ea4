import DeepSeekInference
import DeepSeekJSON
import Foundation
import Synchronization
import Testing

@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct LanguageModelTests {
    static let prompt: [Int32] = [459, 23, 266, 49, 197, 498]

    private func endless(_ tokens: Int? = nil, temperature: Double = 0) -> GenerationRequest {
        GenerationRequest(
            prompt: Self.prompt,
            sampling: SamplingParameters(
                temperature: temperature, seed: 1, ignoresEndOfSequence: true, maximumTokens: tokens))
    }

    // MARK: Requests that cannot be answered

    @Test func anEmptyPromptIsAnError() async throws {
        let model = try Shared.tiny()
        #expect(await code { _ = try await model.generate(GenerationRequest(prompt: [])).answer() } == .emptyPrompt)
    }

    @Test(arguments: [-1, 512, Int32.max]) func idsOutsideTheVocabularyAreAnError(id: Int32) async throws {
        let model = try Shared.tiny()
        do {
            _ = try await model.generate(GenerationRequest(prompt: [1, id])).answer()
            Issue.record("accepted")
        } catch let error as InferenceError {
            #expect(error.code == .tokenOutOfRange)
            #expect(error.description.contains("token id \(id) at place 1"))
        }
    }

    @Test func aPromptWithoutRoomSaysWhatFits() async throws {
        let model = try Shared.tiny(context: 32)
        let long = GenerationRequest(prompt: [Int32](repeating: 5, count: 32))
        do {
            _ = try await model.generate(long).answer()
            Issue.record("accepted")
        } catch let error as InferenceError {
            #expect(error.code == .promptTooLong)
            #expect(error.description.contains("has 32 tokens, and at most 31 fit"))
        }
    }

    @Test func parametersAreChecked() async throws {
        let model = try Shared.tiny()
        let request = GenerationRequest(prompt: [1], sampling: SamplingParameters(topP: 2))
        #expect(await code { _ = try await model.generate(request).answer() } == .invalidParameter)
        #expect(code { try model.validate(request) } == .invalidParameter)
        let stops = GenerationRequest(prompt: [1], sampling: SamplingParameters(stopStrings: ["x"]))
        #expect(code { try model.validate(stops) } == .noTokenizer)
    }

    @Test func textNeedsATokenizer() throws {
        let model = try Shared.tiny()
        #expect(model.tokenizer == nil)
        #expect(code { _ = try model.promptIDs(text: "x") } == .noTokenizer)
        #expect(code { _ = try model.promptIDs(messages: [["role": "user", "content": "x"]]) } == .noTokenizer)
        #expect(code { _ = try model.generate("x") } == .noTokenizer)
    }

    // MARK: Opening

    @Test func optionsAreChecked() throws {
        let folder = Shared.golden("v2-tiny") + "/fp32"
        for options in [
            LoadOptions(contextLength: 1), LoadOptions(contextLength: 1_000_000), LoadOptions(chunk: 0),
            LoadOptions(threads: 0), LoadOptions(maximumSequences: 0), LoadOptions(tokenBudget: 0),
            LoadOptions(queueLimit: -1), LoadOptions(contextLength: 256, poolTokens: 255),
        ] {
            #expect(code { _ = try LanguageModel.load(folder, options: options) } == .invalidParameter)
        }
    }

    @Test func saysWhatItTook() throws {
        let model = try Shared.tiny(context: nil)
        #expect(model.contextLength == 32_768)
        #expect(model.options.contextLength == 32_768)
        #expect(model.options.instructionSet != nil)
        #expect(model.endsOfSequence == [1])
        #expect(model.generationDefaults.temperature == 0.3)
        #expect(model.loadSeconds > 0)
        #expect(model.cacheBytes > 0)
        #expect(try Shared.tiny(context: 40).options.chunk == 40)
        #expect(model.options.tokenBudget == 512)
        #expect(model.options.maximumSequences == 32)
        #expect(model.options.poolTokens == 32_768)
        #expect(model.figures.pagesTotal == 512)
    }

    // MARK: Ends

    @Test func aFullContextEndsTheAnswer() async throws {
        let model = try Shared.tiny(context: 32)
        let answer = try await model.generate(endless()).answer()
        #expect(answer.result.finishReason == .length)
        #expect(answer.ids.count == 26)
        #expect(answer.result.usage.totalTokens == 32)
    }

    @Test func maximumTokensEndTheAnswer() async throws {
        let answer = try await Shared.tiny().generate(endless(1)).answer()
        #expect(answer.ids.count == 1)
        #expect(answer.result.finishReason == .length)
        #expect(answer.result.timings.generationTokensPerSecond == nil)
    }

    @Test func stopTokensEndTheAnswer() async throws {
        let model = try Shared.tiny()
        let free = try await model.generate(endless(8)).answer()
        let stop = free.ids[3]
        var request = endless(8)
        request.sampling.stopTokens = [stop]
        let stopped = try await model.generate(request).answer()
        let expected = try #require(free.ids.firstIndex(of: stop))
        #expect(stopped.ids == Array(free.ids[...expected]))
        #expect(stopped.result.finishReason == .stop)
        #expect(stopped.result.stopCause == .token(stop))
    }

    @Test func theEndOfSequenceEndsTheAnswer() async throws {
        let model = try Shared.tiny()
        var request = endless(8)
        request.sampling.logitBias = [1: 100]
        #expect(try await model.generate(request).answer().ids == [Int32](repeating: 1, count: 8))
        request.sampling.ignoresEndOfSequence = false
        let answer = try await model.generate(request).answer()
        #expect(answer.ids == [1])
        #expect(answer.result.stopCause == .endOfSequence(1))
    }

    // MARK: Sampling

    @Test func theSameSeedGivesTheSameAnswer() async throws {
        let model = try Shared.tiny()
        let first = try await model.generate(endless(24, temperature: 1)).answer()
        #expect(try await model.generate(endless(24, temperature: 1)).answer().ids == first.ids)
        #expect(first.result.seed == 1)
        var other = endless(24, temperature: 1)
        other.sampling.seed = 2
        #expect(try await model.generate(other).answer().ids != first.ids)
        other.sampling.seed = nil
        let drawn = try await model.generate(other).answer()
        other.sampling.seed = drawn.result.seed
        #expect(try await model.generate(other).answer().ids == drawn.ids)
    }

    @Test func logprobsAreThoseOfTheNetwork() async throws {
        let model = try Shared.tiny(batchInvariant: true)
        var request = endless(4, temperature: 0.5)
        request.sampling.logprobs = 3
        request.sampling.logitBias = [7: 5]
        let answer = try await model.generate(request).answer()
        let ids = Self.prompt + answer.ids
        var rows: [TokenLogprobs] = []
        try model.logits(ids: ids, rows: .range((Self.prompt.count - 1)..<(ids.count - 1))) { row, logits in
            rows.append(try TokenLogprobs(of: ids[row + 1], in: logits, top: 3))
        }
        #expect(answer.tokens.map(\.logprobs) == rows)
        #expect(try await model.generate(endless(2)).answer().tokens.allSatisfy { $0.logprobs == nil })
    }

    // MARK: Several at once

    @Test func requestsAreAnsweredTogether() async throws {
        let model = try Shared.tiny()
        let alone = try await model.generate(endless(20)).answer()
        let streams = (0..<4).map { _ in model.generate(endless(20)) }
        for stream in streams.reversed() { #expect(try await stream.answer().ids == alone.ids) }
    }

    @Test func whoLeavesTheLoopEndsTheAnswer() async throws {
        let model = try Shared.tiny(context: 30_000)
        // An answer of all the context takes many seconds; the one after it waits only if it goes on.
        for try await _ in model.generate(endless()) { break }
        let next = try await model.generate(endless(2)).answer()
        #expect(next.result.timings.timeToFirstTokenSeconds < 5)
    }

    @Test func aStreamThatNobodyReadsEnds() async throws {
        let model = try Shared.tiny(context: 30_000)
        _ = model.generate(endless())
        let next = try await model.generate(endless(2)).answer()
        #expect(next.result.timings.timeToFirstTokenSeconds < 5)
    }

    @Test func aCancelledTaskEndsTheAnswer() async throws {
        let model = try Shared.tiny(context: 30_000)
        let request = endless()
        let task = Task { try await model.generate(request).answer() }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        let next = try await model.generate(endless(2)).answer()
        #expect(next.result.timings.timeToFirstTokenSeconds < 5)
    }

    @Test func cancellingDeliversWhatThereIs() async throws {
        let model = try Shared.tiny(context: 30_000)
        let stream = model.generate(endless())
        var count = 0
        var result: GenerationResult?
        for try await event in stream {
            switch event {
            case .token: count += 1
            case .finished(let end): result = end
            }
            if count == 3 { stream.cancel() }
        }
        #expect(result?.finishReason == .cancelled)
        #expect(result?.usage.completionTokens == count)
        #expect(count < 29_000)
    }

    @Test func theModelLivesAsLongAsAnAnswer() async throws {
        let stream = try Shared.tiny().generate(endless(12))
        #expect(try await stream.answer().ids.count == 12)
    }

    @Test func figuresAreConsistent() async throws {
        let result = try await Shared.tiny().generate(endless(12)).answer().result
        let timings = result.timings
        #expect(timings.promptSeconds > 0)
        #expect(timings.timeToFirstTokenSeconds >= timings.promptSeconds)
        let rate = try #require(timings.generationTokensPerSecond)
        #expect(abs(rate * timings.generationSeconds - 11) < 1e-6)
        #expect(
            result.usage.json.object.map { Array($0.keys) } == [
                "prompt_tokens", "completion_tokens", "total_tokens", "prompt_cache_hit_tokens",
                "prompt_cache_miss_tokens",
            ])
        #expect(
            timings.json.object.map { Array($0.keys) } == [
                "load_seconds", "prompt_seconds", "generation_seconds", "time_to_first_token_seconds",
                "prompt_tokens_per_second", "generation_tokens_per_second", "peak_memory_bytes",
                "anonymous_memory_bytes", "mapped_memory_bytes",
            ])
    }
}

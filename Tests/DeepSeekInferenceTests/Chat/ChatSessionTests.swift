import DeepSeekInference
import DeepSeekJSON
import Testing

@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct ChatSessionTests {
    static let sampling = SamplingParameters(temperature: 0, maximumTokens: 20)
    static let turns = ["Who are you?", "Tell me about the sea.", "Why?"]

    /// Turn by turn with the cache, and each turn as a prompt of its own.
    @Test func reuseOfTheCacheDoesNotShow() async throws {
        let model = try Shared.small(batchInvariant: true)
        let session = ChatSession(model, system: "Be brief.", sampling: Self.sampling)
        for (number, turn) in Self.turns.enumerated() {
            let before = session.messages
            let answer = try await session.send(turn).answer()
            let prompt = try model.promptIDs(messages: before + [["role": "user", "content": .string(turn)]])
            // A tenant of its own finds nothing in the cache.
            let fresh = try await model.generate(
                GenerationRequest(prompt: prompt, sampling: Self.sampling, tenant: "fresh \(number)")
            ).answer()
            #expect(answer.ids == fresh.ids)
            #expect(answer.text == fresh.text)
            #expect(answer.result.usage.promptTokens == fresh.result.usage.promptTokens)
            #expect(fresh.result.usage.promptCacheHitTokens == 0)
            let hits = answer.result.usage.promptCacheHitTokens
            if number == 0 {
                #expect(hits == 0)
            } else {
                // At least the turns before, all but the last answer.
                let known = try model.promptIDs(messages: before.dropLast(), addGenerationPrompt: true).count
                #expect(hits >= known)
                #expect(hits < answer.result.usage.promptTokens)
            }
        }
        #expect(
            session.messages.map { $0["role"]?.string } == ["system"]
                + Self.turns.flatMap { _ in ["user", "assistant"] })
    }

    @Test func theWholeOfAnAnswerIsReused() async throws {
        let model = try Shared.small()
        // The template writes a space after "Assistant:", and so must the model for its answer to be found again.
        let space = try #require(model.tokenizer?.encode(" The", matchingSpecialTokens: false).first)
        var sampling = SamplingParameters(temperature: 0, logitBias: [space: 100], maximumTokens: 2)
        let session = ChatSession(model, sampling: sampling)
        _ = try await session.send("Hello").answer()
        #expect(session.messages.last?["content"]?.string == "The The")
        let before = try model.promptIDs(messages: session.messages.dropLast())
        sampling.logitBias = [:]
        session.sampling = sampling
        let second = try await session.send("Go on").answer()
        // The last token of an answer is not computed until something follows it.
        #expect(second.result.usage.promptCacheHitTokens == before.count + 1)
    }

    @Test func sessionsDoNotMix() async throws {
        let model = try Shared.small(batchInvariant: true, context: 256)
        let alone = ChatSession(model, sampling: Self.sampling)
        var expected: [[Int32]] = []
        for turn in Self.turns { expected.append(try await alone.send(turn).answer().ids) }
        // More sessions than the cache has room for.
        let sessions = (0..<5).map { _ in ChatSession(model, sampling: Self.sampling) }
        for (turn, ids) in zip(Self.turns, expected) {
            for session in sessions { #expect(try await session.send(turn).answer().ids == ids) }
        }
    }

    @Test func aStoppedAnswerIsKept() async throws {
        let session = ChatSession(
            try Shared.small(), sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true))
        let stream = try session.send("Tell me a story.")
        var text = ""
        for try await event in stream {
            text += event.text
            if text.count > 10 { stream.cancel() }
        }
        #expect(session.messages.count == 2)
        #expect(session.messages.last == Transcript.assistant(text))
    }

    @Test func whoStopsReadingMaySpeakAgain() async throws {
        let session = ChatSession(
            try Shared.small(), sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true))
        var read = ""
        for try await text in try session.send("Tell me a story.").text {
            read += text
            break
        }
        #expect(session.messages.last == Transcript.assistant(read))
        // Neither one that is dropped unread nor one that fails unread is in the way.
        _ = try session.send("Not wanted.")
        session.sampling.topP = 3
        _ = try session.send("Refused.")
        session.sampling.topP = nil
        session.sampling.maximumTokens = 3
        _ = try await session.send("And then?").answer()
        #expect(session.messages.count == 4)
    }

    @Test func aBusySessionSaysSo() async throws {
        let session = ChatSession(
            try Shared.small(), sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true))
        let stream = try session.send("Tell me a story.")
        #expect(code { _ = try session.send("And?") } == .sessionBusy)
        stream.cancel()
        _ = try await stream.answer()
    }

    @Test func anErrorLeavesNoTrace() async throws {
        let session = ChatSession(try Shared.small(context: 64), sampling: Self.sampling)
        let long = String(repeating: "word ", count: 100)
        #expect(await code { _ = try await session.send(long).answer() } == .promptTooLong)
        #expect(session.messages.isEmpty)
        session.sampling.topP = 3
        #expect(await code { _ = try await session.send("Hi").answer() } == .invalidParameter)
        session.sampling.topP = 1
        _ = try await session.send("Hi").answer()
        #expect(session.messages.count == 2)
    }

    @Test func resetKeepsTheSystemPrompt() async throws {
        let session = ChatSession(try Shared.small(), system: "Be brief.", sampling: Self.sampling)
        let first = try await session.send("Hello").answer()
        session.reset()
        #expect(session.messages == [["role": "system", "content": "Be brief."]])
        let again = try await session.send("Hello").answer()
        #expect(again.ids == first.ids)
    }

    @Test func goesOnWithASavedConversation() async throws {
        let model = try Shared.small(batchInvariant: true)
        let session = ChatSession(model, sampling: Self.sampling)
        _ = try await session.send("Hello").answer()
        let saved = JSONValue.array(session.messages).serialized()
        let expected = try await session.send("Go on").answer()
        let restored = ChatSession(model, sampling: Self.sampling)
        try restored.restore(Array(saved.utf8).withUnsafeBytes { try JSONValue(parsing: $0) })
        #expect(try await restored.send("Go on").answer().ids == expected.ids)
        #expect(restored.messages == session.messages)
    }

    @Test(arguments: [["role": "user"], ["text"], [["content": "no role"]], [["role": 1]]] as [JSONValue])
    func refusesWhatIsNotAConversation(transcript: JSONValue) throws {
        let session = ChatSession(try Shared.small())
        #expect(code { try session.restore(transcript) } == .invalidTranscript)
    }
}

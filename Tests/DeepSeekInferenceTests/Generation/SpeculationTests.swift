import DeepSeekInference
import Testing

/// Drafting from the text so far.
@Suite struct SpeculationTests {
    @Test func draftsWhatFollowedBefore() {
        var lookup = PromptLookup(limit: 8, text: [1, 2, 3, 4, 5, 6, 7, 9, 9, 1, 2], capacity: 32)
        #expect(Array(lookup.draft(most: 8)) == [3, 4, 5, 6])
        lookup.note(drafted: 4, accepted: 4)
        #expect(Array(lookup.draft(most: 8)) == [3, 4, 5, 6, 7, 9, 9, 1])
        #expect(Array(lookup.draft(most: 2)) == [3, 4])
        lookup.note(drafted: 8, accepted: 0)
        #expect(lookup.draft(most: 8).count == 4)
        lookup.append(8)
        #expect(lookup.draft(most: 8).isEmpty)
    }

    @Test(.enabled(if: Shared.isPresent, Shared.reason), arguments: [0.0, 0.8]) func changesNoAnswer(
        temperature: Double
    ) async throws {
        let repeated = "He opened the door and looked. He opened the door and looked. He opened the door and"
        var sampling = SamplingParameters(temperature: temperature, maximumTokens: 80)
        sampling.seed = 3
        sampling.ignoresEndOfSequence = true
        var answers: [[Int32]] = []
        for drafts in [0, 1, 8, 64] {
            let model = try LanguageModel.load(
                Shared.trained, options: LoadOptions(batchInvariant: true, contextLength: 256, drafts: drafts))
            let answer = try await model.generate(repeated, sampling: sampling).answer()
            answers.append(answer.ids)
            let figures = answer.result.speculation
            #expect((figures == nil) == (drafts == 0))
            if temperature == 0, drafts == 8 {
                #expect((figures?.accepted ?? 0) > 0, "greedy text of a small model repeats")
            }
            #expect((figures?.accepted ?? 0) <= (figures?.drafted ?? 0))
        }
        #expect(answers.allSatisfy { $0 == answers[0] })
        #expect(answers[0].count == 80)
    }
}

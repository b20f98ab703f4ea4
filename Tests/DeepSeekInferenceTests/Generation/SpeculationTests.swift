import DeepSeekCheckpoints
import DeepSeekInference
import DeepSeekModel
import DeepSeekQuantization
import Foundation
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

    /// Weights and arithmetic that a model is run with.
    enum Form: Sendable, CaseIterable {
        case asPublished
        case asPublishedInBFloat16
        case int8
        case int4
        case fp8
    }

    /// The same answer, greedy or drawn, with drafts of any length: the rows of a draft are computed together, and with the
    /// same bits as alone.
    @Test(.enabled(if: Shared.isPresent, Shared.reason), arguments: [0.0, 0.8], Form.allCases)
    func changesNoAnswer(temperature: Double, form: Form) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drafts-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func quantized(_ format: QuantizationFormat) throws -> String {
            try CheckpointQuantizer(Checkpoint(folder: Shared.trained), format: format).write(to: folder)
            return folder
        }
        let (path, arithmetic): (String, ArithmeticType) =
            switch form {
            case .asPublished: (Shared.trained, .float32)
            case .asPublishedInBFloat16: (Shared.trained, .bfloat16)
            case .int8: (try quantized(.int8), .int8)
            case .int4: (try quantized(.int4), .int8)
            case .fp8: (try quantized(.fp8), .float32)
            }
        let repeated = "He opened the door and looked. He opened the door and looked. He opened the door and"
        var sampling = SamplingParameters(temperature: temperature, maximumTokens: 80)
        sampling.seed = 3
        sampling.ignoresEndOfSequence = true
        var answers: [[Int32]] = []
        for drafts in [0, 1, 8, 64] {
            let model = try LanguageModel.load(
                path,
                options: LoadOptions(
                    arithmetic: arithmetic, batchInvariant: true, contextLength: 256, drafts: drafts))
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

import ConstraintSamples
import DeepSeekConstraints
import DeepSeekInference
import DeepSeekJSON
import Foundation
import Testing

/// Networks that write at random, held to constraints.
@Suite struct ConstraintTests {
    private static func request(
        _ constraint: OutputConstraint, seed: UInt64 = 1, temperature: Double = 5, tokens: Int = 300
    ) -> GenerationRequest {
        GenerationRequest(
            prompt: [5, 6, 7],
            sampling: SamplingParameters(temperature: temperature, seed: seed, maximumTokens: tokens),
            constraint: constraint)
    }

    /// `DEEPSEEK_CONSTRAINT_SCHEMAS` sets how many schemas are tried.
    @Test func allAnswersAreValid() async throws {
        let count = ProcessInfo.processInfo.environment["DEEPSEEK_CONSTRAINT_SCHEMAS"].flatMap(Int.init) ?? 50
        let models = try [2, 3].map { try ConstrainedModel(layers: $0) }
        var samples: [(schema: JSONValue, text: String)] = []
        for seed in 0..<UInt64(count) {
            let (schema, isStrict) = RandomSchema.make(seed: seed)
            let constraint = OutputConstraint.jsonSchema(schema, strict: isStrict)
            let tokens = max(200, try TestVocabulary.compile(constraint).shortestText)
            let answer = try await models[Int(seed % 2)].model.generate(
                Self.request(constraint, seed: seed, tokens: tokens)
            ).answer()
            let text = try #require(answer.text)
            samples.append((schema, text))
            do {
                let value = try JSONValue(parsing: text)
                #expect(SchemaValidator(root: schema).accepts(value, schema), "\(seed): \(text)")
            } catch {
                // Names that the schema leaves free may repeat.
                #expect(error.code == .duplicateKey, "\(seed): \(error): \(text)")
            }
        }
        guard Python.hasSchemas else { return print("not judged by jsonschema (pip install jsonschema)") }
        let complaints = try Python.complaints(samples)
        #expect(complaints.isEmpty, "\(complaints)")
    }

    @Test func sayHowTheyEnded() async throws {
        let model = try ConstrainedModel().model
        let choice = try await model.generate(Self.request(.choice(["yes", "no"]))).answer()
        #expect(["yes", "no"].contains(choice.text))
        #expect(choice.result.finishReason == .stop)
        #expect(choice.result.stopCause == .constraint)
        let greedy = try await model.generate(Self.request(.regex("[ab]{30}"), temperature: 0)).answer()
        #expect(greedy.text?.utf8.count == 30)
        // Cut short for the limit, which is what its reason says though it is whole.
        var request = Self.request(.regex("x{2,400}y"), tokens: 10)
        request.sampling.logitBias = [Int32(UInt8(ascii: "x")): 100]
        let short = try await model.generate(request).answer()
        #expect(short.result.finishReason == .length)
        #expect(short.text?.last == "y")
        // No room for any valid text.
        let cut = try await model.generate(Self.request(.regex("z{400}"), tokens: 10)).answer()
        #expect(cut.result.finishReason == .length)
        #expect(cut.text?.allSatisfy { $0 == "z" } == true)
    }

    @Test func goTogetherWithOtherSampling() async throws {
        let model = try ConstrainedModel().model
        var request = Self.request(.regex("[a-z]{20}"))
        request.sampling.topK = 3
        request.sampling.topP = 0.9
        request.sampling.minP = 0.1
        request.sampling.repetitionPenalty = 2
        request.sampling.frequencyPenalty = 1
        request.sampling.logitBias = [Int32(UInt8(ascii: "0")): 100, Int32(UInt8(ascii: "q")): 50]
        request.sampling.logprobs = 2
        let answer = try await model.generate(request).answer()
        #expect(answer.text?.utf8.count == 20)
        #expect(answer.text?.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } == true)
        #expect(answer.text?.contains("q") == true)
        // Of the network's own distribution.
        #expect(answer.tokens.allSatisfy { $0.logprobs?.chosen.isFinite == true })
        // Only the end of the pattern ends it where the end of sequence is not heeded.
        request.sampling.ignoresEndOfSequence = true
        #expect(try await model.generate(request).answer().result.stopCause == .constraint)
    }

    @Test func draftsChangeNoAnswer() async throws {
        let made = try ConstrainedModel()
        defer { withExtendedLifetime(made) {} }
        let model = made.model
        let drafting = try LanguageModel.load(
            model.folder, options: LoadOptions(batchInvariant: true, threads: 1, contextLength: 2_048, drafts: 4))
        let plain = try LanguageModel.load(
            model.folder, options: LoadOptions(batchInvariant: true, threads: 1, contextLength: 2_048))
        let request = Self.request(.json, temperature: 0, tokens: 200)
        let answers = [try await plain.generate(request).answer(), try await drafting.generate(request).answer()]
        #expect(answers[0].ids == answers[1].ids)
    }

    @Test func invalidConstraintsAreErrors() async throws {
        let model = try ConstrainedModel().model
        for constraint in [OutputConstraint.regex("("), .choice([]), .jsonSchema(["type": "x"], strict: false)] {
            #expect(code { try model.validate(Self.request(constraint)) } == .invalidConstraint)
            #expect(
                await code { _ = try await model.generate(Self.request(constraint)).answer() } == .invalidConstraint)
        }
    }

    @Test(.enabled(if: Shared.isPresent, Shared.reason)) func needATokenizer() throws {
        let model = try Shared.tiny()
        #expect(code { try model.validate(GenerationRequest(prompt: [1], constraint: .json)) } == .noTokenizer)
    }
}

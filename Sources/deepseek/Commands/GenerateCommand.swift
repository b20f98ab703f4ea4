import ArgumentParser
import DeepSeekInference
import DeepSeekJSON

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Complete a text.",
        discussion: """
            The answer is streamed to standard output; figures go to standard error.

              deepseek generate --model FOLDER "Once upon a time" --max-tokens 100
              cat essay.txt | deepseek generate --model FOLDER --temperature 0
              deepseek generate --model FOLDER --messages chat.json --json
              deepseek generate --model FOLDER --ids "100000 1 2 3" --max-tokens 8 --ignore-eos --json

              deepseek generate --model FOLDER --messages chat.json --json-schema person.json

            --json prints one object with prompt_ids, ids, text, finish_reason, usage and timings.
            """)

    @OptionGroup var prompt: PromptOptions
    @OptionGroup var loading: LoadingOptions
    @OptionGroup var sampling: SamplingOptions
    @OptionGroup var constraint: ConstraintOptions

    @Flag(help: "One JSON object at the end, instead of the text as it comes.")
    var json = false

    @Flag(help: "No figures and no notes.")
    var quiet = false

    func run() async throws {
        let parameters = try sampling.parameters()
        let constraint = try constraint.constraint()
        let model = try loading.load(quiet: quiet || json, default: prompt.givesIds ? .float32 : nil)
        let ids = try prompt.tokens(for: model)
        let stream = model.generate(GenerationRequest(prompt: ids, sampling: parameters, constraint: constraint))
        let interrupts = Interrupts { stream.cancel() }
        defer { withExtendedLifetime(interrupts) {} }
        if json {
            let answer = try await stream.answer()
            Terminal.write(report(ids, answer).serialized() + "\n")
            if answer.result.finishReason == .cancelled { throw ExitCode(130) }
            return
        }
        for try await event in stream {
            switch event {
            case .token(let token):
                // Without a tokenizer the ids are the answer.
                Terminal.write(token.text ?? "\(token.id) ")
            case .finished(let result):
                Terminal.write((result.remainingText ?? "") + "\n")
                if !quiet { Terminal.note(Terminal.dimmed(RunFigures.line(result))) }
                if result.finishReason == .cancelled { throw ExitCode(130) }
            }
        }
    }

    private func report(_ prompt: [Int32], _ answer: GeneratedAnswer) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("prompt_ids", .array(prompt.map { .integer(Int($0)) })),
            ("ids", .array(answer.ids.map { .integer(Int($0)) })),
            ("text", answer.text.map { .string($0) } ?? .null),
            ("finish_reason", .string(answer.result.finishReason.rawValue)),
            ("seed", .string(String(answer.result.seed))),
            ("usage", answer.result.usage.json),
            ("timings", answer.result.timings.json),
        ]
        if let speculation = answer.result.speculation { members.append(("speculation", speculation.json)) }
        if sampling.logprobs != nil { members.append(("logprobs", .array(answer.tokens.map(Self.logprobs)))) }
        return .object(.init(uniqueKeysWithValues: members))
    }

    private static func logprobs(_ token: GeneratedToken) -> JSONValue {
        guard let logprobs = token.logprobs else { return .null }
        return [
            "id": .integer(Int(token.id)), "logprob": .number(Double(logprobs.chosen)),
            "top": .array(
                logprobs.top.map { ["id": .integer(Int($0.id)), "logprob": .number(Double($0.logprob))] }),
        ]
    }
}

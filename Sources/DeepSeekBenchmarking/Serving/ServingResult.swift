import DeepSeekJSON

/// How a server answered a load. Times are in seconds, and are those of complete answers.
public struct ServingResult: Sendable {
    public let load: ServingLoad
    public let form: PromptForm
    /// What the server said to forms of prompts that it does not take.
    public let refusals: [String]
    public let model: String
    /// Requests that were sent, and those with a complete answer.
    public let requests: Int
    public let completed: Int
    /// The others, by status or what else went wrong.
    public let failures: [(name: String, count: Int, example: String)]
    /// From the first request to the end of the last answer.
    public let seconds: Double
    public let promptTokens: Int
    /// Tokens of prompts that the server says it had computed before.
    public let cachedTokens: Int
    public let answerTokens: Int
    /// Whether the server counted them; otherwise they are pieces of text.
    public let areTokensCounted: Bool
    public let timeToFirstToken: Percentiles
    /// Between the tokens of an answer on its average, and between any two pieces of text.
    public let timePerToken: Percentiles
    public let gaps: Percentiles
    public let latency: Percentiles
    public let keepAlives: Int
    /// Answers that differ from an earlier one to the same prompt.
    public let changedAnswers: Int
    /// The first answer to each prompt in 16 hexadecimal digits, to be compared with those of another load with the same
    /// seed and as many different prompts; by prompt. Empty where all prompts differ.
    public let answers: [Int: String]

    init(
        _ records: [RequestRecord], load: ServingLoad, form: PromptForm, refusals: [String], model: String,
        start: ContinuousClock.Instant
    ) {
        let complete = records.filter { $0.failure == nil }
        (self.load, self.form, self.refusals, self.model) = (load, form, refusals, model)
        (requests, completed) = (records.count, complete.count)
        var counts: [String: (count: Int, example: String)] = [:]
        for record in records {
            if let failure = record.failure { counts[failure, default: (0, record.reason)].count += 1 }
        }
        failures = counts.map { ($0.key, $0.value.count, $0.value.example) }.sorted { $0.name < $1.name }
        seconds = start.duration(to: records.map(\.end).max() ?? start) / .seconds(1)
        promptTokens = complete.reduce(0) { $0 + $1.promptTokens }
        cachedTokens = complete.reduce(0) { $0 + $1.cachedTokens }
        answerTokens = complete.reduce(0) { $0 + $1.answerTokens }
        areTokensCounted = complete.allSatisfy(\.isCounted)
        timeToFirstToken = Percentiles(complete.map(\.timeToFirstToken))
        timePerToken = Percentiles(complete.compactMap(\.timePerToken))
        gaps = Percentiles(complete.flatMap(\.gaps))
        latency = Percentiles(complete.map(\.latency))
        keepAlives = records.reduce(0) { $0 + $1.keepAlives }
        var answers: [Int: String] = [:]
        var changed = 0
        for record in complete {
            let digest = Self.digest(record.text)
            if answers[record.prompt, default: digest] != digest { changed += 1 }
            answers[record.prompt] = answers[record.prompt] ?? digest
        }
        self.answers = answers.count == complete.count ? [:] : answers
        changedAnswers = changed
    }

    /// FNV-1a.
    private static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Of all answers together.
    public var answerTokensPerSecond: Double { seconds > 0 ? Double(answerTokens) / seconds : 0 }
    public var requestsPerSecond: Double { seconds > 0 ? Double(completed) / seconds : 0 }

    public var json: JSONValue {
        var members: JSONObject = [
            "load": .string(load.description), "model": .string(model), "prompts": .string(form.rawValue),
            "requests": .integer(requests), "completed": .integer(completed),
            "failures": .object(JSONObject(uniqueKeysWithValues: failures.map { ($0.name, .integer($0.count)) })),
            "seconds": .number(seconds), "prompt_tokens": .integer(promptTokens),
            "cached_prompt_tokens": .integer(cachedTokens), "answer_tokens": .integer(answerTokens),
            "tokens_counted_by_server": .bool(areTokensCounted),
            "answer_tokens_per_second": .number(answerTokensPerSecond),
            "requests_per_second": .number(requestsPerSecond), "keep_alives": .integer(keepAlives),
            "changed_answers": .integer(changedAnswers),
            "answers": .object(
                JSONObject(
                    uniqueKeysWithValues: answers.sorted { $0.key < $1.key }.map { (String($0.key), .string($0.value)) }
                )),
        ]
        switch load {
        case .concurrency(let count): members["concurrency"] = .integer(count)
        case .rate(let rate): members["rate"] = .number(rate)
        }
        for (name, values) in [
            ("first_token", timeToFirstToken), ("per_token", timePerToken), ("gap", gaps), ("latency", latency),
        ] {
            for percent in [50.0, 90, 95, 99, 100] {
                let label = percent == 100 ? "max" : "p\(Int(percent))"
                members["\(name)_\(label)_seconds"] = values(percent).map(JSONValue.number) ?? .null
            }
        }
        return .object(members)
    }
}

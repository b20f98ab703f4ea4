import DeepSeekInference
import DeepSeekJSON

/// One request of a load.
struct ServingRequest: Sendable {
    let path: String
    let body: String
    /// Requests of the same number ask the same.
    let prompt: Int

    /// Words that are one token, with the space before them, in every larger vocabulary.
    private static let words = [
        "the", "of", "and", "to", "in", "is", "that", "for", "it", "was", "on", "as", "with", "by", "at", "from", "are",
        "this", "be", "or", "an", "which", "you", "not", "have", "they", "but", "had", "one", "can", "all", "more",
        "when", "time", "will", "would", "there", "so", "what", "out", "up", "than", "into", "some", "them", "only",
        "other", "new", "then", "over", "also", "after", "first", "two", "may", "any", "people", "way", "world",
        "water",
        "day", "house", "long", "work",
    ]

    /// - Parameter number: from 0; those below are for warming up, and leave out what the others share, so that no server
    ///   knows it already.
    init(_ number: Int, of workload: ServingWorkload, form: PromptForm, model: String) {
        let number = number >= 0 ? workload.distinct.map { number % max($0, 1) } ?? number : number
        prompt = number
        path = form.path
        var random = RandomGenerator(seed: workload.seed &* 0x9E37_79B9 &+ UInt64(bitPattern: Int64(number)) &* 2 &+ 1)
        var common = RandomGenerator(seed: workload.seed &* 0x9E37_79B9)
        let sharedTokens = number < 0 ? 0 : workload.shared
        let sample = workload.conversations.isEmpty ? nil : workload.conversations.randomElement(using: &random)
        let length = sample == nil ? workload.prompt.sample(&random) : 0
        let answer = sample?.answerTokens ?? workload.answer.sample(&random)

        var members: JSONObject = [
            "model": .string(model), "max_tokens": .integer(answer), "temperature": .number(workload.temperature),
            "stream": true, "stream_options": ["include_usage": true],
        ]
        if workload.ignoresEnd { members["ignore_eos"] = true }
        switch form {
        case .ids:
            let ids = Self.ids(sharedTokens, below: workload.vocabulary, &common)
            members["prompt"] = .array(
                ids
                    + (sample.map { $0.ids.map { .integer(Int($0)) } }
                        ?? Self.ids(length, below: workload.vocabulary, &random)))
        case .text:
            let shared = sharedTokens > 0 ? Self.text(sharedTokens, &common) + " " : ""
            members["prompt"] = .string(shared + (sample?.prompt ?? Self.text(length, &random)))
        case .chat:
            var messages: [JSONValue] = []
            if sharedTokens > 0 {
                messages.append(["role": "system", "content": .string(Self.text(sharedTokens, &common))])
            }
            messages.append(["role": "user", "content": .string(sample?.prompt ?? Self.text(length, &random))])
            members["messages"] = .array(messages)
        }
        body = JSONValue.object(members).serialized()
    }

    private static func ids(_ count: Int, below limit: Int, _ random: inout RandomGenerator) -> [JSONValue] {
        (0..<count).map { _ in .integer(Int.random(in: 0..<max(limit, 1), using: &random)) }
    }

    private static func text(_ count: Int, _ random: inout RandomGenerator) -> String {
        (0..<count).map { _ in words[Int.random(in: words.indices, using: &random)] }.joined(separator: " ")
    }
}

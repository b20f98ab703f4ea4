import DeepSeekJSON

/// What a model's `generation_config.json` says of sampling.
public struct GenerationDefaults: Sendable, Hashable {
    /// 0 if the file says `"do_sample": false`.
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    public var minP: Double?
    public var repetitionPenalty: Double?
    /// `max_new_tokens`.
    public var maximumTokens: Int?
    public var endsOfSequence: [Int32] = []

    public init() {}

    /// - Parameters:
    ///   - json: the object in the file.
    ///   - path: of the file, for errors.
    /// - Throws: ``InferenceError`` `invalidDefaults` with the path, the key and the value.
    public init(_ json: JSONValue, path: String = "generation_config.json") throws(InferenceError) {
        let samples = try Self.member(json, "do_sample", path: path, kind: "true or false", \.bool)
        temperature = try Self.member(json, "temperature", path: path, kind: "a number", \.number)
        if samples == false { temperature = 0 }
        topP = try Self.member(json, "top_p", path: path, kind: "a number", \.number)
        topK = try Self.member(json, "top_k", path: path, kind: "an integer", \.integer)
        minP = try Self.member(json, "min_p", path: path, kind: "a number", \.number)
        repetitionPenalty = try Self.member(json, "repetition_penalty", path: path, kind: "a number", \.number)
        maximumTokens = try Self.member(json, "max_new_tokens", path: path, kind: "an integer", \.integer)
        endsOfSequence =
            try Self.member(json, "eos_token_id", path: path, kind: "a token id or a list of them", Self.tokens) ?? []
        do throws(InferenceError) {
            try SamplingParameters().merged(over: self).validate(vocabularySize: 0)
        } catch {
            throw InferenceError(.invalidDefaults, "\(path): \(error.message)")
        }
    }

    private static func member<Value>(
        _ json: JSONValue, _ key: String, path: String, kind: String, _ read: (JSONValue) -> Value?
    ) throws(InferenceError) -> Value? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let result = read(value) else {
            throw InferenceError(.invalidDefaults, "\(path): \"\(key)\" must be \(kind), and is \(value.kind)")
        }
        return result
    }

    private static func tokens(_ value: JSONValue) -> [Int32]? {
        let elements = value.array ?? [value]
        let ids = elements.compactMap { $0.integer.flatMap { Int32(exactly: $0) } }
        return ids.count == elements.count && ids.allSatisfy { $0 >= 0 } ? ids : nil
    }
}

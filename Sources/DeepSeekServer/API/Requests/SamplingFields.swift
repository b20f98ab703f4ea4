import DeepSeekInference
import DeepSeekJSON

/// The fields that say how tokens are chosen: those of OpenAI, and vLLM's beside them.
enum SamplingFields {
    static let keys: Set<String> = [
        "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "presence_penalty", "frequency_penalty",
        "seed", "logit_bias", "stop", "stop_token_ids", "ignore_eos",
    ]
    static let maximumStops = 16
    /// Further biases would make each step slower for everybody.
    static let maximumBiases = 1_024

    static func parse(_ fields: RequestFields) throws(APIError) -> SamplingParameters {
        var sampling = SamplingParameters()
        sampling.temperature = try fields.number("temperature", in: 0...2)
        sampling.topP = try fields.number("top_p", in: 0...1)
        if sampling.topP == 0 { throw fields.invalid("top_p", "is 0; it must be more than 0 and at most 1") }
        sampling.topK = try fields.integer("top_k", in: -1...Int(Int32.max))
        sampling.minP = try fields.number("min_p", in: 0...1)
        sampling.repetitionPenalty = try fields.number("repetition_penalty", in: 0.01...100)
        sampling.presencePenalty = try fields.number("presence_penalty", in: -2...2)
        sampling.frequencyPenalty = try fields.number("frequency_penalty", in: -2...2)
        sampling.seed = try fields.integer("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
        sampling.logitBias = try logitBias(fields)
        sampling.stopStrings = try fields.strings("stop", atMost: maximumStops)
        if sampling.stopStrings.contains(where: \.isEmpty) {
            throw fields.invalid("stop", "holds an empty string, which would end every answer at once")
        }
        sampling.stopTokens = try tokens(fields, "stop_token_ids")
        sampling.ignoresEndOfSequence = try fields.bool("ignore_eos") ?? false
        return sampling
    }

    private static func logitBias(_ fields: RequestFields) throws(APIError) -> [Int32: Double] {
        guard let biases = try fields.object("logit_bias") else { return [:] }
        guard biases.members.count <= maximumBiases else {
            throw fields.invalid("logit_bias", "holds \(biases.members.count) tokens, and at most \(maximumBiases) go")
        }
        var result: [Int32: Double] = [:]
        for key in biases.members.keys {
            guard let token = Int32(key), token >= 0 else {
                throw fields.invalid("logit_bias", "has the key \"\(key.prefix(40))\", which is not a token id")
            }
            result[token] = try biases.number(key, in: -100...100)
        }
        return result
    }

    private static func tokens(_ fields: RequestFields, _ key: String) throws(APIError) -> [Int32] {
        guard let elements = try fields.array(key) else { return [] }
        guard elements.count <= maximumBiases else {
            throw fields.invalid(key, "holds \(elements.count) tokens, and at most \(maximumBiases) go")
        }
        return try tokenIDs(elements, fields, key)
    }

    static func tokenIDs(
        _ elements: [JSONValue], _ fields: RequestFields, _ key: String
    ) throws(APIError) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let integer = element.integer else {
                throw fields.mistyped("\(key)[\(index)]", "a token id", element)
            }
            guard let id = Int32(exactly: integer), id >= 0 else {
                throw fields.invalid("\(key)[\(index)]", "is \(integer), which is not a token id")
            }
            result.append(id)
        }
        return result
    }
}

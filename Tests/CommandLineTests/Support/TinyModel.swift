import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekQuantization
import Foundation

/// A folder with a network of random weights, a tokenizer and a chat template: sound, and small enough to break in a
/// hundred ways.
final class TinyModel {
    private let temporary: TemporaryFolder
    let folder: String

    /// Tokens 0 to 255 are the bytes, then come merges and the special tokens.
    static let vocabularySize = 264
    static let positions = 256
    static let endOfSequence = 263

    init(_ changes: JSONObject = [:]) throws {
        temporary = try TemporaryFolder()
        folder = temporary.path + "/model"
        try write(changes)
        try write(Self.tokenizer, as: "tokenizer.json")
        try write(Self.tokenizerConfiguration, as: "tokenizer_config.json")
    }

    /// Makes the network anew, of another configuration.
    func replaceNetwork(_ changes: JSONObject) throws {
        let kept = ["tokenizer.json", "tokenizer_config.json"].map { ($0, try? Data(contentsOf: url($0))) }
        try FileManager.default.removeItem(atPath: folder)
        try write(changes)
        for (name, data) in kept { try data?.write(to: url(name)) }
    }

    private func write(_ changes: JSONObject) throws {
        var members = Self.configuration
        for (key, value) in changes { members[key] = value }
        try RandomCheckpoint.write(.object(members), to: folder)
    }

    // MARK: Files

    func path(_ name: String) -> String { folder + "/" + name }

    func url(_ name: String) -> URL { URL(filePath: path(name)) }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

    func write(_ bytes: [UInt8], as name: String) throws { try Data(bytes).write(to: url(name)) }

    func write(_ text: String, as name: String) throws { try write(Array(text.utf8), as: name) }

    func write(_ value: JSONValue, as name: String) throws { try write(value.serialized(), as: name) }

    func remove(_ name: String) throws { try FileManager.default.removeItem(at: url(name)) }

    /// Sets a member of a JSON file, however deep: "model.merges". Nil removes it.
    func set(_ place: String, to value: JSONValue?, in name: String) throws {
        try write(Self.replacing(json(name), place.split(separator: ".").map(String.init)[...], value), as: name)
    }

    private static func replacing(_ json: JSONValue, _ place: ArraySlice<String>, _ value: JSONValue?) -> JSONValue {
        guard let key = place.first, case .object(var members) = json else { return json }
        members[key] = place.count == 1 ? value : replacing(members[key] ?? [:], place.dropFirst(), value)
        return .object(members)
    }

    func json(_ name: String) throws -> JSONValue {
        try bytes(name).withUnsafeBytes { try JSONValue(parsing: $0) }
    }

    /// Puts a quantised copy in the model's place.
    func quantize(to format: String) throws {
        guard let format = QuantizationFormat(rawValue: format) else { return }
        let copy = temporary.path + "/copy"
        try CheckpointQuantizer(Checkpoint(folder: folder), format: format).write(to: copy)
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: copy, toPath: folder)
    }

    // MARK: What stands in them

    static let configuration: JSONObject = [
        "model_type": "deepseek_v2", "vocab_size": .integer(vocabularySize), "hidden_size": 32,
        "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32,
        "max_position_embeddings": .integer(positions), "q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 8,
        "qk_rope_head_dim": 8, "v_head_dim": 8, "n_routed_experts": 4, "num_experts_per_tok": 2,
        "n_shared_experts": 1, "moe_intermediate_size": 16, "first_k_dense_replace": 1, "topk_method": "greedy",
        "eos_token_id": .integer(endOfSequence),
    ]

    static let merges: [JSONValue] = ["h e", "l l", "he ll"]

    /// The byte alphabet of GPT-2.
    private static let alphabet: [String] = {
        var next: UInt32 = 256
        return (UInt32(0)..<256).map { byte in
            var value = byte
            if !(33...126).contains(byte) && !(161...172).contains(byte) && !(174...255).contains(byte) {
                value = next
                next += 1
            }
            return Unicode.Scalar(value).map { String($0) } ?? ""
        }
    }()

    static let tokenizer: JSONValue = {
        let tokens = alphabet + ["he", "ll", "hell"]
        let byteLevel: JSONValue = ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true]
        return [
            "version": "1.0",
            "added_tokens": [["id": .integer(endOfSequence), "content": "<end>", "special": true]],
            "pre_tokenizer": byteLevel, "decoder": byteLevel,
            "model": [
                "type": "BPE",
                "vocab": .object(
                    JSONObject(uniqueKeysWithValues: tokens.enumerated().map { ($1, .integer($0)) })),
                "merges": .array(merges),
            ],
        ]
    }()

    static let tokenizerConfiguration: JSONValue = [
        "eos_token": "<end>",
        "chat_template":
            "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}\n{% endfor %}{{ 'assistant:' }}",
    ]
}

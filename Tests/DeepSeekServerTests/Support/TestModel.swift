import DeepSeekBenchmarking
import DeepSeekInference
import DeepSeekJSON
import DeepSeekServer
import Foundation

/// A network of random weights with a tokenizer of bytes, a chat template and the tokens for filling gaps.
///
/// What it writes means nothing, and is the same for the same seed.
final class TestModel: Sendable {
    let folder: String
    let language: LanguageModel
    let served: ServedModel

    /// Loaded once for all tests.
    static let shared = Result { try TestModel() }
    /// The same without tokens for filling gaps.
    static let withoutGaps = Result { try TestModel(fillsGaps: false) }

    static let name = "tiny"
    static let beginning = 256
    static let end = 257
    /// Long enough for answers that nobody waits for.
    static let context = 60_000

    /// - Parameter sequences: computed at once, and as many wait as the queue holds.
    init(fillsGaps: Bool = true, sequences: Int = 32, queue: Int = 1_024) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "deepseek-\(UUID().uuidString)").path
        try RandomCheckpoint.write(Self.configuration, to: folder)
        try Self.write(Self.tokenizer(fillsGaps: fillsGaps), folder + "/tokenizer.json")
        try Self.write(Self.tokenizerConfiguration, folder + "/tokenizer_config.json")
        language = try LanguageModel.load(
            folder,
            options: LoadOptions(
                batchInvariant: true, threads: 1, contextLength: Self.context, maximumSequences: sequences,
                queueLimit: queue, poolTokens: 4 * Self.context))
        served = try ServedModel(language, id: Self.name, aliases: ["deepseek-chat"], created: 1)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func write(_ value: JSONValue, _ path: String) throws {
        try Data(value.serialized().utf8).write(to: URL(filePath: path))
    }

    private static let configuration: JSONValue = [
        "model_type": "deepseek_v2", "vocab_size": 264, "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": .integer(context),
        "q_lora_rank": 16, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8,
        "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 16,
        "first_k_dense_replace": 1, "topk_method": "greedy", "eos_token_id": .integer(end),
    ]

    private static func tokenizer(fillsGaps: Bool) -> JSONValue {
        var special = ["<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"]
        if fillsGaps { special += ["<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"] }
        let byteLevel: JSONValue = ["type": "ByteLevel", "add_prefix_space": false, "use_regex": true]
        return [
            "version": "1.0",
            "added_tokens": .array(
                special.enumerated().map {
                    ["id": .integer(256 + $0), "content": .string($1), "special": true]
                }),
            "pre_tokenizer": byteLevel, "decoder": byteLevel,
            "model": [
                "type": "BPE",
                "vocab": .object(
                    JSONObject(uniqueKeysWithValues: alphabet.enumerated().map { ($1, .integer($0)) })),
                "merges": [],
            ],
        ]
    }

    private static let tokenizerConfiguration: JSONValue = [
        "bos_token": "<｜begin▁of▁sentence｜>", "eos_token": "<｜end▁of▁sentence｜>", "add_bos_token": true,
        "chat_template": """
        {{ bos_token }}{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}\
        {% if m['role'] == 'assistant' %}{{ eos_token }}{% else %}{{ '\\n' }}{% endif %}{% endfor %}\
        {% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}
        """,
    ]

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
}

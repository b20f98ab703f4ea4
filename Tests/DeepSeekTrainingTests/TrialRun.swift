import DeepSeekJSON
import DeepSeekTensors
import DeepSeekTokenizer
import DeepSeekTraining
import Foundation

/// A folder with a tokenizer, a small configuration, texts and conversations, and runs in it.
struct TrialRun {
    let folder: TemporaryFolder

    static let template = """
        {{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ 'User: ' + message['content'] + '\\n\\n' }}\
        {% elif message['role'] == 'assistant' %}{{ 'Assistant: ' + message['content'] + eos_token }}{% endif %}{% endfor %}\
        {% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
        """

    init() throws {
        folder = try TemporaryFolder()
        var random = TrainingRandom(seed: 5)
        let names = ["Ann", "Bob", "the cat", "a bird", "小明"]
        let verbs = ["sees", "likes", "calls", "finds"]
        func sentence() -> String {
            func pick(_ list: [String]) -> String { list[Int(random.next() % UInt64(list.count))] }
            return "\(pick(names)) \(pick(verbs)) \(pick(names)). "
        }
        let texts = (0..<200).map { _ in (0..<8).map { _ in sentence() }.joined() }
        try folder.write(texts.map { Self.line(["text": .string($0)]) }.joined(), as: "texts.jsonl")
        try folder.write(texts[..<20].joined(separator: "\n"), as: "held.txt")
        let conversations = (0..<50).map { index -> String in
            let question: JSONValue = ["role": "user", "content": .string("What is \(index % 7) + 1?")]
            let answer: JSONValue = ["role": "assistant", "content": .string("It is \(index % 7 + 1).")]
            return Self.line(["messages": [question, answer]])
        }
        try folder.write(conversations.joined(), as: "chats.jsonl")
        let specials = ["<bos>", "<eos>"]
        var trainer = try BytePairTrainer(.init(vocabularySize: 300, specialTokens: specials))
        trainer.add(texts)
        try TokenizerFolder(folder.file("tokenizer")).write(
            trainer.train(), beginning: specials[0], end: specials[1], template: Self.template)
        try folder.write(Self.configuration.serialized(), as: "config.json")
    }

    static func line(_ value: JSONValue) -> String { value.serialized() + "\n" }

    static let configuration: JSONValue = [
        "model_type": "deepseek_v2", "vocab_size": 320, "hidden_size": 32, "num_hidden_layers": 2,
        "num_attention_heads": 2, "num_key_value_heads": 2, "intermediate_size": 48, "max_position_embeddings": 256,
        "q_lora_rank": 24, "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8,
        "n_routed_experts": 8, "n_shared_experts": 1, "num_experts_per_tok": 2, "moe_intermediate_size": 16,
        "n_group": 4, "topk_group": 2, "topk_method": "group_limited_greedy", "first_k_dense_replace": 1,
        "moe_layer_freq": 1, "routed_scaling_factor": 1.0, "norm_topk_prob": false, "scoring_func": "softmax",
        "hidden_act": "silu", "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "attention_bias": false,
        "tie_word_embeddings": false, "bos_token_id": 0, "eos_token_id": 1, "aux_loss_alpha": 0.001, "seq_aux": true,
        "pretraining_tp": 1, "use_cache": true, "attention_dropout": 0.0, "initializer_range": 0.02,
    ]

    func recipe(
        _ output: String, steps: Int = 12, _ more: String = "", model: String = "{config: config.json, init_std: 0.05}"
    )
        throws -> TrainingRecipe
    {
        let yaml = """
            output: \(output)
            model: \(model)
            tokenizer: tokenizer
            steps: \(steps)
            \(more)
            """
        return try TrainingRecipe(yaml: yaml, path: folder.file("recipe.yaml"))
    }

    static let pretraining = """
        data: [{path: texts.jsonl, weight: 2}, {path: held.txt, weight: 1}]
        validation: [{path: held.txt}]
        sequence: {length: 32, isolate_documents: true}
        batch: {sequences: 8, pass: 4, ramp: {from: 4, tokens: 600}}
        optimizer: {learning_rate: 0.01, warmup_steps: 2}
        balance: {expert: 0.01, device: 0.02, communication: 0.01, devices: 4, devices_per_token: 2}
        dropping: {capacity: 1.0, exempt: 0.1}
        checkpoint: {every: 5, keep: 2}
        evaluate: {every: 6, sequences: 8}
        """

    func open(_ recipe: TrainingRecipe, threads: Int = 2) throws -> TrainingRun {
        try TrainingRun(recipe, threads: threads, instructionSet: .selected(forced: nil))
    }
}

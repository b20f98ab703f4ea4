import DeepSeekInference
import DeepSeekModel
import Foundation
import Testing

/// The DeepSeek-V2 architecture in GGUF, as llama.cpp reads it: names, layouts, YaRN, experts.
@Suite(.enabled(if: SmolLM.hasLlamaCpp, SmolLM.llamaCppReason)) struct LlamaCppTests {
    @Test(arguments: ["plain", "yarn"]) func logitsOfDeepSeek2AreTheSame(rotation: String) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "deepseek2-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try SmolLM.python(Self.script, folder.path, rotation)
        try #require(result.status == 0, "\(result.output)")
        let expected = try Data(contentsOf: folder.appending(path: "logits")).withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        let model = try LanguageModel.load(
            folder.path, options: LoadOptions(arithmetic: .float32, contextLength: 256))
        #expect(model.configuration.mixture?.routedExperts == 4)
        var logits: [Float] = []
        try model.logits(ids: (0..<120).map { Int32($0 * 37 % 250) }) { logits += $1 }
        try #require(logits.count == expected.count)
        // Logits have a standard deviation of about 1.
        #expect(zip(logits, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } < 1e-4)
    }

    /// Writes a random V2-Lite of tiny widths, and llama.cpp's logits for it. It has 27 layers because llama.cpp takes a
    /// network for a V2-Lite, without query compression, by their number.
    private static let script = """
        import sys, numpy as np, gguf
        from llama_cpp import Llama
        folder, rotation = sys.argv[1:]
        layers, hidden, heads, vocabulary = 27, 64, 2, 256
        rank, rope, nope, value, dense, expert, experts, chosen, shared = 32, 16, 32, 32, 96, 32, 4, 2, 2
        random, path = np.random.default_rng(1), folder + "/model.gguf"
        writer = gguf.GGUFWriter(path, "deepseek2")
        writer.add_block_count(layers)
        writer.add_context_length(16384)
        writer.add_embedding_length(hidden)
        writer.add_feed_forward_length(dense)
        writer.add_vocab_size(vocabulary)
        writer.add_head_count(heads)
        writer.add_head_count_kv(1)
        writer.add_kv_lora_rank(rank)
        writer.add_key_length(rank + rope)
        writer.add_value_length(rank)
        writer.add_key_length_mla(nope + rope)
        writer.add_value_length_mla(value)
        writer.add_rope_dimension_count(rope)
        writer.add_rope_freq_base(10000.0)
        writer.add_layer_norm_rms_eps(1e-6)
        writer.add_leading_dense_block_count(1)
        writer.add_expert_count(experts)
        writer.add_expert_used_count(chosen)
        writer.add_expert_shared_count(shared)
        writer.add_expert_feed_forward_length(expert)
        writer.add_expert_weights_scale(1.0)
        if rotation == "yarn":
            writer.add_rope_scaling_type(gguf.RopeScalingType.YARN)
            writer.add_rope_scaling_factor(40.0)
            writer.add_rope_scaling_orig_ctx_len(4096)
            writer.add_rope_scaling_yarn_log_mul(0.0707)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("deepseek-llm")
        letters = [chr(256 + index) for index in range(vocabulary - 1)]
        writer.add_token_list(letters + [letters[0] + letters[1]])
        writer.add_token_types([gguf.TokenType.NORMAL] * vocabulary)
        writer.add_token_merges([letters[0] + " " + letters[1]])
        writer.add_bos_token_id(253)
        writer.add_eos_token_id(254)

        def matrix(name, *shape):
            values = random.standard_normal(shape) / np.sqrt(shape[-1])
            writer.add_tensor(name + ".weight", values.astype(np.float32))

        def norm(name, width):
            writer.add_tensor(name + ".weight", (1 + random.standard_normal(width) / 8).astype(np.float32))

        matrix("token_embd", vocabulary, hidden)
        matrix("output", vocabulary, hidden)
        norm("output_norm", hidden)
        for layer in range(layers):
            at = f"blk.{layer}."
            norm(at + "attn_norm", hidden)
            norm(at + "attn_kv_a_norm", rank)
            norm(at + "ffn_norm", hidden)
            matrix(at + "attn_q", heads * (nope + rope), hidden)
            matrix(at + "attn_kv_a_mqa", rank + rope, hidden)
            matrix(at + "attn_k_b", heads, rank, nope)
            matrix(at + "attn_v_b", heads, value, rank)
            matrix(at + "attn_output", hidden, heads * value)
            parts = [("", (), dense)] if layer == 0 else [("_exps", (experts,), expert), ("_shexp", (), shared * expert)]
            for suffix, stack, width in parts:
                matrix(f"{at}ffn_gate{suffix}", *stack, width, hidden)
                matrix(f"{at}ffn_up{suffix}", *stack, width, hidden)
                matrix(f"{at}ffn_down{suffix}", *stack, hidden, width)
            if layer > 0:
                matrix(at + "ffn_gate_inp", experts, hidden)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        options = dict(n_ctx=256, logits_all=True, verbose=False, type_k=0, type_v=0)
        model = Llama(model_path=path, **options)
        model.eval([index * 37 % 250 for index in range(120)])
        np.array(model.scores[:120], dtype=np.float32).tofile(folder + "/logits")
        """
}

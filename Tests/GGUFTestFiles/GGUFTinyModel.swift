/// A LLaMA of one layer and a few tokens, small enough to be broken a hundred thousand times.
package enum GGUFTinyModel {
    package static let tokens = ["<s>", "a", "b", "ab", "Ġ", "Ġa", "[PAD6]", "c"]

    /// - Parameter type: of the matrices: F32, or Q8_0 with rows of 32.
    package static func llama(quantized: Bool = false) -> GGUFBytes {
        var file = GGUFBytes()
        file.metadata = [
            ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)),
            ("llama.context_length", .uint32(64)), ("llama.embedding_length", .uint32(32)),
            ("llama.feed_forward_length", .uint32(32)), ("llama.attention.head_count", .uint32(2)),
            ("llama.attention.head_count_kv", .uint32(1)), ("llama.rope.dimension_count", .uint32(16)),
            ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)), ("llama.rope.freq_base", .float32(10_000)),
            ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string("gpt-2")),
            ("tokenizer.ggml.tokens", .strings(tokens)),
            ("tokenizer.ggml.token_type", .int32s([3, 1, 1, 1, 1, 1, 5, 1])),
            ("tokenizer.ggml.merges", .strings(["a b", "Ġ a"])), ("tokenizer.ggml.bos_token_id", .uint32(0)),
            ("tokenizer.ggml.eos_token_id", .uint32(0)), ("tokenizer.ggml.add_bos_token", .bool(true)),
            ("tokenizer.chat_template", .string("{% for m in messages %}{{ m.content }}{% endfor %}")),
        ]
        func add(_ name: String, _ shape: [Int]) {
            let rows = shape.dropLast().reduce(1, *)
            let isMatrix = shape.count > 1
            let block = GGUFBytes.little(UInt16(0x2400)) + (0..<32).map { UInt8($0) }
            let values = (0..<rows * (shape.last ?? 0)).map { Float($0 % 7) / 16 }
            let data = quantized && isMatrix ? (0..<rows).flatMap { _ in block } : GGUFBytes.bytes(values)
            file.tensors.append(.init(name, shape, type: quantized && isMatrix ? 8 : 0, data))
        }
        add("token_embd.weight", [8, 32])
        add("blk.0.attn_norm.weight", [32])
        add("blk.0.attn_q.weight", [32, 32])
        add("blk.0.attn_k.weight", [16, 32])
        add("blk.0.attn_v.weight", [16, 32])
        add("blk.0.attn_output.weight", [32, 32])
        add("blk.0.ffn_norm.weight", [32])
        add("blk.0.ffn_gate.weight", [32, 32])
        add("blk.0.ffn_up.weight", [32, 32])
        add("blk.0.ffn_down.weight", [32, 32])
        add("output_norm.weight", [32])
        return file
    }
}

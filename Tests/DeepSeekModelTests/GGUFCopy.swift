import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import GGUFTestFiles
import Testing

/// Writes a float32 checkpoint as llama.cpp's converter would.
struct GGUFCopy {
    enum Weights: Sendable {
        case float32
        /// Every matrix whose rows are whole blocks.
        case q8
    }

    let checkpoint: Checkpoint
    let configuration: ModelConfiguration
    var weights = Weights.float32
    /// W^UK and W^UV as one matrix, as files had it before 2025.
    var isLegacy = false

    init(_ folder: String) throws {
        checkpoint = try Checkpoint(folder: folder)
        configuration = try ModelConfiguration(checkpoint.configuration)
    }

    func bytes() throws -> [UInt8] {
        var file = GGUFBytes()
        file.metadata = metadata
        try addTensors(to: &file)
        return file.bytes
    }

    // MARK: Metadata

    private var metadata: [(String, GGUFBytes.Value)] {
        let arch = configuration.architecture == .llama ? "llama" : "deepseek2"
        func uint(_ key: String, _ value: Int) -> (String, GGUFBytes.Value) {
            ("\(arch).\(key)", .uint32(UInt32(value)))
        }
        func float(_ key: String, _ value: Double) -> (String, GGUFBytes.Value) {
            ("\(arch).\(key)", .float32(Float(value)))
        }
        var list: [(String, GGUFBytes.Value)] = [
            ("general.architecture", .string(arch)), uint("block_count", configuration.layers),
            uint("context_length", configuration.maximumPositions), uint("embedding_length", configuration.hiddenSize),
            uint("feed_forward_length", configuration.intermediateSize),
            uint("attention.head_count", configuration.heads),
            float("attention.layer_norm_rms_epsilon", configuration.normEpsilon),
            float("rope.freq_base", configuration.rotary.base),
        ]
        switch configuration.attention {
        case .groupedQuery(let grouped):
            list += [
                uint("attention.head_count_kv", grouped.keyValueHeads), uint("rope.dimension_count", grouped.headWidth),
            ]
        case .latent(let latent):
            let widths = ("attention.key_length", "attention.value_length")
            let suffix = isLegacy ? "" : "_mla"
            list += [
                uint("attention.kv_lora_rank", latent.keyValueRank), uint("rope.dimension_count", latent.ropeWidth),
                uint(widths.0 + suffix, latent.queryWidth), uint(widths.1 + suffix, latent.valueWidth),
            ]
            if !isLegacy {
                list += [
                    uint("attention.head_count_kv", 1), uint(widths.0, latent.keyValueRank + latent.ropeWidth),
                    uint(widths.1, latent.keyValueRank),
                ]
            }
            if let rank = latent.queryRank { list.append(uint("attention.q_lora_rank", rank)) }
        }
        if let mixture = configuration.mixture {
            list += [
                uint("expert_count", mixture.routedExperts), uint("expert_used_count", mixture.expertsPerToken),
                uint("expert_shared_count", mixture.sharedExperts),
                uint("expert_feed_forward_length", mixture.expertWidth),
                uint("leading_dense_block_count", mixture.firstMixtureLayer),
                float("expert_weights_scale", mixture.scalingFactor),
            ]
            if case .groupLimited(let groups, let chosen) = mixture.selection {
                list += [uint("expert_group_count", groups), uint("expert_group_used_count", chosen)]
            }
        }
        if case .yarn(let yarn) = configuration.rotary.scaling {
            list += [
                ("\(arch).rope.scaling.type", .string("yarn")), float("rope.scaling.factor", yarn.factor),
                uint("rope.scaling.original_context_length", yarn.originalPositions),
                float("rope.scaling.yarn_log_multiplier", 0.1 * yarn.mscaleAllDimensions),
            ]
        }
        return list
    }

    // MARK: Tensors

    private func addTensors(to file: inout GGUFBytes) throws {
        try add("token_embd.weight", "model.embed_tokens.weight", to: &file)
        try add("output_norm.weight", "model.norm.weight", to: &file)
        if !configuration.tiesEmbeddings { try add("output.weight", "lm_head.weight", to: &file) }
        let names = [
            "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm", "attn_q": "self_attn.q_proj",
            "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj",
            "attn_q_a": "self_attn.q_a_proj", "attn_q_a_norm": "self_attn.q_a_layernorm",
            "attn_q_b": "self_attn.q_b_proj", "attn_kv_a_mqa": "self_attn.kv_a_proj_with_mqa",
            "attn_kv_a_norm": "self_attn.kv_a_layernorm", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
            "ffn_down": "mlp.down_proj", "ffn_gate_inp": "mlp.gate", "ffn_gate_shexp": "mlp.shared_experts.gate_proj",
            "ffn_up_shexp": "mlp.shared_experts.up_proj", "ffn_down_shexp": "mlp.shared_experts.down_proj",
        ]
        for layer in 0..<configuration.layers {
            let (block, prefix) = ("blk.\(layer).", "model.layers.\(layer).")
            for (short, long) in names.sorted(by: { $0.key < $1.key }) {
                let name = "\(prefix)\(long).weight"
                guard checkpoint.tensor(named: name) != nil else { continue }
                try add("\(block)\(short).weight", name, to: &file)
            }
            if case .latent(let latent) = configuration.attention { try addLatent(layer, latent, to: &file) }
            guard configuration.isMixture(layer: layer), let mixture = configuration.mixture else { continue }
            for short in ["gate", "up", "down"] {
                var values: [Float] = []
                var shape: [Int] = []
                for expert in 0..<mixture.routedExperts {
                    let one = try self.values("\(prefix)mlp.experts.\(expert).\(short)_proj.weight")
                    values += one.values
                    shape = [mixture.routedExperts] + one.shape
                }
                append("\(block)ffn_\(short)_exps.weight", shape, values, to: &file)
            }
        }
    }

    private func add(_ name: String, _ original: String, to file: inout GGUFBytes) throws {
        var (values, shape) = try values(original)
        if case .groupedQuery(let grouped) = configuration.attention,
            name.hasSuffix("attn_q.weight") || name.hasSuffix("attn_k.weight")
        {
            // Per head, row h of the first half and row h of the second stand side by side.
            let (width, columns) = (grouped.headWidth, shape[1])
            let old = values
            for row in 0..<shape[0] {
                let (head, place) = (row / width, row % width)
                let source = head * width + place % 2 * (width / 2) + place / 2
                values.replaceSubrange(
                    row * columns..<(row + 1) * columns, with: old[source * columns..<(source + 1) * columns])
            }
        }
        append(name, shape, values, to: &file)
    }

    private func addLatent(_ layer: Int, _ latent: LatentAttentionConfiguration, to file: inout GGUFBytes) throws {
        let name = "model.layers.\(layer).self_attn.kv_b_proj.weight"
        if isLegacy { return try add("blk.\(layer).attn_kv_b.weight", name, to: &file) }
        let (heads, rank, nope, width) = (
            configuration.heads, latent.keyValueRank, latent.nopeWidth, latent.valueWidth
        )
        let rows = try values(name).values
        var keys: [Float] = []
        var outputs: [Float] = []
        for head in 0..<heads {
            let first = head * (nope + width)
            for column in 0..<rank { for index in 0..<nope { keys.append(rows[(first + index) * rank + column]) } }
            outputs += rows[(first + nope) * rank..<(first + nope + width) * rank]
        }
        append("blk.\(layer).attn_k_b.weight", [heads, rank, nope], keys, to: &file)
        append("blk.\(layer).attn_v_b.weight", [heads, width, rank], outputs, to: &file)
    }

    private func values(_ name: String) throws -> (values: [Float], shape: [Int]) {
        let tensor = try #require(checkpoint.tensor(named: name))
        return (tensor.values(of: Float.self), tensor.shape)
    }

    private func append(_ name: String, _ shape: [Int], _ values: [Float], to file: inout GGUFBytes) {
        let isQuantized = weights == .q8 && shape.count > 1 && shape.last.map { $0 % 32 == 0 } == true
        let data = isQuantized ? Self.q8(values) : GGUFBytes.bytes(values)
        file.tensors.append(.init(name, shape, type: isQuantized ? 8 : 0, data))
    }

    private static func q8(_ values: [Float]) -> [UInt8] {
        stride(from: 0, to: values.count, by: 32).flatMap { first in
            let group = values[first..<first + 32]
            let scale = Float16(group.reduce(0) { max($0, abs($1)) } / 127)
            let quotients = group.map { scale == 0 ? 0 : ($0 / Float(scale)).rounded() }
            return GGUFBytes.little(scale.bitPattern)
                + quotients.map { UInt8(bitPattern: Int8(min(max($0, -127), 127))) }
        }
    }
}

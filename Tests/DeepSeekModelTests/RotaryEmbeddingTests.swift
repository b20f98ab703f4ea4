import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekModel
import Testing

@Suite struct RotaryEmbeddingTests {
    /// The bounds of the ramp and the softmax scale of the published configurations.
    @Test func publishedConfigurations() throws {
        let configuration = try ModelConfiguration(PublishedShape.v2.configuration(layers: 60))
        guard case .latent(let latent) = configuration.attention, case .yarn(let yarn) = configuration.rotary.scaling
        else {
            Issue.record("V2 has latent attention and YaRN")
            return
        }
        let embedding = YarnRotaryEmbedding(yarn, base: configuration.rotary.base, width: latent.ropeWidth)
        #expect(embedding.low == 10 && embedding.high == 23)
        let scale = MultiHeadLatentAttention.scale(latent, rotary: configuration.rotary)
        #expect(abs(scale - 0.114721) < 1e-6)
        let rotary = RotaryEmbedding(configuration.rotary, width: latent.ropeWidth, pairing: .adjacent)
        #expect(rotary.amplitude == 1)
        #expect(rotary.frequencies.count == 32)
    }

    @Test(.enabled(if: Golden.isPresent, Golden.reason), arguments: ["v2-tiny", "v2-lite-tiny", "v2-quirks-tiny"])
    func agreesWithTheReference(name: String) throws {
        let configuration = try Golden(name: name, type: "fp32").open().configuration
        let expected = try Checkpoint.readJSON(path: "\(Golden.folder)/\(name)/golden.json")
        guard case .latent(let latent) = configuration.attention else {
            Issue.record("\(name) has latent attention")
            return
        }
        let rotary = RotaryEmbedding(configuration.rotary, width: latent.ropeWidth, pairing: .adjacent)
        let frequencies = try #require(expected["inv_freq"]?.array).compactMap(\.number)
        #expect(rotary.frequencies.count == frequencies.count)
        for (ours, theirs) in zip(rotary.frequencies, frequencies) {
            #expect(abs(Double(ours) - theirs) <= 2e-7 * abs(theirs))
        }
        let scale = Double(MultiHeadLatentAttention.scale(latent, rotary: configuration.rotary))
        let (expectedScale, expectedAmplitude) = (expected["softmax_scale"]?.number, expected["cos_sin_factor"]?.number)
        #expect(abs(scale - (expectedScale ?? 0)) < 1e-7)
        #expect(abs(Double(rotary.amplitude) - (expectedAmplitude ?? 0)) < 1e-6)
    }

    /// Figures of LLaMA 3.1: θ 500,000, factor 8, 1 and 4, 8,192 positions; the slowest is divided, the fastest kept.
    @Test func llama3Scaling() throws {
        let configuration = try ModelConfiguration([
            "model_type": "llama", "vocab_size": 128_256, "hidden_size": 4_096, "num_hidden_layers": 32,
            "num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14_336,
            "max_position_embeddings": 131_072, "rope_theta": 500_000,
            "rope_scaling": [
                "rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4,
                "original_max_position_embeddings": 8_192,
            ],
        ])
        let scaled = RotaryEmbedding(configuration.rotary, width: 128, pairing: .halves).frequencies
        #expect(scaled[0] == 1)
        let slowest = Float(1 / 407_554.0)  // 500,000^(126/128)
        #expect(abs(scaled[63] - slowest / 8) < 1e-9)
        for (fast, slow) in zip(scaled, scaled.dropFirst()) { #expect(fast > slow) }
    }
}

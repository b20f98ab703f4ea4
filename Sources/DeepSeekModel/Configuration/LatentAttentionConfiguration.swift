/// Multi-head Latent Attention (section 2.1): what `config.json` says of it.
public struct LatentAttentionConfiguration: Sendable, Hashable {
    /// Width of the compressed query, d_c'; nil where queries are not compressed (V2-Lite).
    public let queryRank: Int?
    /// Width of the compressed keys and values, d_c.
    public let keyValueRank: Int
    /// Per head, the part of queries and keys without position, d_h.
    public let nopeWidth: Int
    /// Per head, the part that is rotated, d_h^R; the rotated key is one for all heads.
    public let ropeWidth: Int
    /// Per head, the width of a value.
    public let valueWidth: Int

    /// Width of a query or key.
    public var queryWidth: Int { nopeWidth + ropeWidth }

    init(_ reader: ConfigurationReader) throws(ModelError) {
        queryRank = try reader.optionalInteger("q_lora_rank")
        keyValueRank = try reader.integer("kv_lora_rank")
        nopeWidth = try reader.integer("qk_nope_head_dim")
        ropeWidth = try reader.integer("qk_rope_head_dim")
        valueWidth = try reader.integer("v_head_dim")
        guard ropeWidth % 2 == 0 else { throw reader.error("\"qk_rope_head_dim\" is \(ropeWidth); it must be even") }
    }
}

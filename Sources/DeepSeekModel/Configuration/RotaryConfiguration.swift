import DeepSeekJSON

/// How positions are turned into angles.
public struct RotaryConfiguration: Sendable, Hashable {
    public enum Scaling: Sendable, Hashable {
        case none
        /// All frequencies divided by `factor` (DeepSeek Coder).
        case linear(factor: Double)
        case yarn(Yarn)
        case llama3(factor: Double, lowFrequency: Double, highFrequency: Double, originalPositions: Int)
    }

    /// YaRN as DeepSeek-V2 has it (section 3.1.4).
    public struct Yarn: Sendable, Hashable {
        /// s, the factor by which the context was extended.
        public let factor: Double
        /// The context length before.
        public let originalPositions: Int
        /// Turns within the original context beyond which a frequency is kept.
        public let betaFast: Double
        /// Turns below which it is divided by the factor.
        public let betaSlow: Double
        public let mscale: Double
        public let mscaleAllDimensions: Double
    }

    /// θ.
    public let base: Double
    public let scaling: Scaling

    init(_ reader: ConfigurationReader) throws(ModelError) {
        // Transformers 5 writes all of it into "rope_parameters".
        let (key, object) =
            if let value = reader.value("rope_parameters") {
                ("rope_parameters", value)
            } else if let value = reader.value("rope_scaling") {
                ("rope_scaling", value)
            } else {
                ("", JSONValue.object([:]))
            }
        guard object.object != nil else { throw reader.error("\"\(key)\" must be an object, and is \(object.kind)") }
        let rope = ConfigurationReader(json: object, place: key.isEmpty ? reader.place : "\(reader.place), \"\(key)\"")
        let bases = 1.0001...1e12
        base = try rope.number(
            "rope_theta", in: bases, default: reader.number("rope_theta", in: bases, default: 10_000))

        let kind = try rope.string("rope_type", default: rope.string("type", default: key.isEmpty ? "default" : ""))
        let factors = 1.0...1e6
        switch kind {
        case "default":
            scaling = .none
        case "linear":
            scaling = .linear(factor: try rope.number("factor", in: factors))
        case "yarn":
            let yarn = Yarn(
                factor: try rope.number("factor", in: factors),
                originalPositions: try rope.integer("original_max_position_embeddings", in: 1...(1 << 30)),
                betaFast: try rope.number("beta_fast", in: 1e-6...1e6, default: 32),
                betaSlow: try rope.number("beta_slow", in: 1e-6...1e6, default: 1),
                mscale: try rope.number("mscale", in: 0...1e3, default: 1),
                mscaleAllDimensions: try rope.number("mscale_all_dim", in: 0...1e3, default: 0))
            guard yarn.betaFast >= yarn.betaSlow else { throw rope.error("\"beta_fast\" is less than \"beta_slow\"") }
            scaling = .yarn(yarn)
        case "llama3":
            let low = try rope.number("low_freq_factor", in: 1e-6...1e6)
            let high = try rope.number("high_freq_factor", in: 1e-6...1e6)
            guard high > low else { throw rope.error("\"high_freq_factor\" must exceed \"low_freq_factor\"") }
            scaling = .llama3(
                factor: try rope.number("factor", in: factors), lowFrequency: low, highFrequency: high,
                originalPositions: try rope.integer("original_max_position_embeddings", in: 1...(1 << 30)))
        case "":
            throw rope.error("\"type\" is missing; known: default, linear, yarn, llama3")
        default:
            throw rope.error(
                .unsupportedFeature, "\"\(kind)\" is not a known type; known: default, linear, yarn, llama3")
        }
    }
}

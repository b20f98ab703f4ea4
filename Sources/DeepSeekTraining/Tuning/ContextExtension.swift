import DeepSeekJSON

/// The YaRN stage (section 3.1.4): a model goes on at longer sequences, with its rotary frequencies scaled.
public struct ContextExtension: Sendable, Hashable {
    /// s.
    public var factor: Double
    /// Positions of the extended model; nil takes s times those of the original.
    public var positions: Int?
    /// Turns within the original context beyond which a frequency is kept, and below which it is divided by s.
    public var betaFast = 32.0
    public var betaSlow = 1.0
    /// √t = 0.1 · mscale · ln s + 1; with the report's 0.707 that is 0.0707 ln s + 1.
    public var mscale = 0.707

    public init(factor: Double) { self.factor = factor }

    /// The configuration of the extended model.
    ///
    /// - Parameter path: of the original, for messages.
    /// - Throws: ``TrainingError`` `unsupportedModel` for one that is scaled already, or says no positions.
    package func extended(_ configuration: JSONValue, path: String) throws(TrainingError) -> JSONValue {
        guard case .object(var members) = configuration,
            let original = configuration["max_position_embeddings"]?.integer, original > 0
        else { throw TrainingError(.unsupportedModel, "\(path) has no \"max_position_embeddings\" to extend") }
        for key in ["rope_scaling", "rope_parameters"] {
            guard let scaling = configuration[key], !scaling.isNull, scaling["rope_type"]?.string != "default" else {
                continue
            }
            throw TrainingError(
                .unsupportedModel,
                "\(path): \"\(key)\" says that the context is scaled already; extend the model from before, or write the "
                    + "whole configuration and name it in \"model.config\"")
        }
        let scaled = Double(original) * factor
        guard let positions = positions ?? Int(exactly: scaled.rounded()), positions > original,
            Double(positions) <= scaled * 1.0001
        else {
            throw TrainingError(
                .invalidRecipe,
                "\"context_extension.positions\" must be more than the \(original) of \(path), and at most \(scaled) (times "
                    + "\"context_extension.factor\")")
        }
        let scaling: JSONObject = [
            "type": "yarn", "factor": .number(factor), "original_max_position_embeddings": .integer(original),
            "beta_fast": .number(betaFast), "beta_slow": .number(betaSlow), "mscale": .number(mscale),
            "mscale_all_dim": .number(mscale),
        ]
        if var parameters = configuration["rope_parameters"]?.object {
            for (key, value) in scaling where key != "type" { parameters[key] = value }
            parameters["rope_type"] = "yarn"
            members["rope_parameters"] = .object(parameters)
        } else {
            members["rope_scaling"] = .object(scaling)
        }
        members["max_position_embeddings"] = .integer(positions)
        return .object(members)
    }
}

import DeepSeekModel

/// Multiplications and additions of one pass forth and back: six per weight that takes part and token, and the attention.
/// What is computed twice (activations on recomputation) is not counted twice.
package struct TrainingCost {
    /// Per token, at a length that the sequences are full of.
    package let operationsPerToken: Double

    package init(_ configuration: ModelConfiguration, length: Int) {
        var weights = 0.0
        for tensor in ParameterInventory(configuration).tensors where tensor.shape.count == 2 {
            switch tensor.part {
            case .embedding: weights += configuration.tiesEmbeddings ? Double(tensor.count) : 0
            case .routedExperts:
                guard let mixture = configuration.mixture else { continue }
                weights += Double(tensor.count) * Double(mixture.expertsPerToken) / Double(mixture.routedExperts)
            default: weights += Double(tensor.count)
            }
        }
        let widths =
            switch configuration.attention {
            case .latent(let latent): latent.queryWidth + latent.valueWidth
            case .groupedQuery(let grouped): 2 * grouped.headWidth
            }
        // Causal, so half of the keys; forth scores and values, back twice as much.
        let attention =
            6 * Double(widths) * Double(length) / 2 * Double(configuration.heads * configuration.layers)
        operationsPerToken = 6 * weights + attention
    }
}

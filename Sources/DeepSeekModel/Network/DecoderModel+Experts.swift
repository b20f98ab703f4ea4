extension DecoderModel {
    /// Computes the experts of one layer alone, gate included, on the rows of ``fillExpertInputs(rows:seed:workspace:)``:
    /// for measuring them.
    ///
    /// - Returns: false if the layer has none.
    package func forwardExperts(layer: Int, rows: Int, workspace: Workspace) -> Bool {
        guard layers.indices.contains(layer), case .mixture(let mixture) = layers[layer].feedForward,
            rows <= workspace.maximumRows
        else { return false }
        workspace.plan.prepare(rows: rows)
        mixture.forward(layer: layer, workspace: workspace)
        return true
    }

    /// Fills what the experts read with numbers in [−1, 1) that are the same for the same seed.
    package func fillExpertInputs(rows: Int, seed: UInt64, workspace: Workspace) {
        var state = seed
        for index in 0..<min(rows, workspace.maximumRows) * configuration.hiddenSize {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            workspace.normed.pointer[index] = Float(Int32(truncatingIfNeeded: state >> 32)) / 2_147_483_648
        }
    }
}

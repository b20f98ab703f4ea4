extension TrainingNetwork {
    /// W + (α / r) · B·A, for a weight that is adapted; others stay as they are.
    ///
    /// - Parameter values: W, `[rows, columns]`.
    func addAdaptation(of parameter: Parameter, to values: UnsafeMutablePointer<Float>) {
        guard let adaptation, parameter.name.hasSuffix(".weight") else { return }
        let name = String(parameter.name.dropLast(".weight".count))
        guard let down = store[adaptation.downName(of: name)], let up = store[adaptation.upName(of: name)] else {
            return
        }
        for row in 0..<parameter.rows {
            for inner in 0..<adaptation.rank {
                context.kernels.addScaled(
                    down.value + inner * down.columns, by: up.value[row * up.columns + inner] * adaptation.scale,
                    count: parameter.columns, to: values + row * parameter.columns)
            }
        }
    }
}

/// One step of AdamW, with the corrections of the moments worked in.
package struct AdamWStep: Sendable {
    /// β1 and β2.
    package var beta1: Float
    package var beta2: Float
    /// lr / (1 − β1^t).
    package var rate: Float
    /// 1 / (1 − β2^t).
    package var correction: Float
    package var epsilon: Float
    /// 1 − lr · decay.
    package var keep: Float
    /// By which gradients are multiplied before all else.
    package var scale: Float

    package init(
        beta1: Float, beta2: Float, rate: Float, correction: Float, epsilon: Float, keep: Float, scale: Float
    ) {
        self.beta1 = beta1
        self.beta2 = beta2
        self.rate = rate
        self.correction = correction
        self.epsilon = epsilon
        self.keep = keep
        self.scale = scale
    }
}

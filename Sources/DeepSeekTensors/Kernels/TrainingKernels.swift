import CDeepSeekKernels

/// The innermost loops of training, of one instruction set. `CDeepSeekTrainingKernels.h` says what each computes.
///
/// Pointers must be valid for the counts given; nothing is checked here.
// Unchecked: the table behind the pointer is constant.
package struct TrainingKernels: @unchecked Sendable {
    private let table: UnsafePointer<dsk_training_kernels>

    /// Columns of a panel of the right factor.
    package static let panelColumns = Int(DSK_TRAINING_COLUMNS)

    /// Falls back to the scalar set only if the given one is not on this machine, which `InstructionSet` rules out.
    package init(_ instructionSet: InstructionSet) {
        table = dsk_training_kernels_named(instructionSet.rawValue) ?? dsk_reference_training_kernels()
    }

    /// - Parameter pairs: whether words hold two bfloat16 numbers, and not one float32.
    package func product(
        pairs: Bool, rows: Int, _ a: UnsafePointer<UInt32>, rowStride: Int, stepStride: Int,
        panel: UnsafePointer<UInt32>, steps: Int, _ c: UnsafeMutablePointer<Float>, cStride: Int, columns: Int,
        accumulates: Bool
    ) {
        let function = pairs ? table.pointee.product_bfloat16 : table.pointee.product_float32
        function(rows, a, rowStride, stepStride, panel, steps, c, cStride, columns, accumulates ? 1 : 0)
    }

    package func pairColumns(_ x: UnsafePointer<Float>, count: Int, _ words: UnsafeMutablePointer<UInt32>) {
        table.pointee.pair_columns(x, count, words)
    }

    package func pairRows(
        _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>?, count: Int, _ words: UnsafeMutablePointer<UInt32>
    ) { table.pointee.pair_rows(x, y, count, words) }

    /// Words of up to 32 rows as rows of 32 words.
    package func transpose(
        _ words: UnsafePointer<UInt32>, stride: Int, rows: Int, columns: Int, _ panel: UnsafeMutablePointer<UInt32>
    ) { table.pointee.transpose_words(words, stride, rows, columns, panel) }

    package func siluMultiplyGradient(
        gate: UnsafePointer<Float>, up: UnsafePointer<Float>, dy: UnsafePointer<Float>, count: Int,
        dgate: UnsafeMutablePointer<Float>, dup: UnsafeMutablePointer<Float>
    ) { table.pointee.silu_multiply_gradient(gate, up, dy, count, dgate, dup) }

    package func rmsNormGradient(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, dy: UnsafePointer<Float>, count: Int, epsilon: Float,
        dx: UnsafeMutablePointer<Float>, dweight: UnsafeMutablePointer<Float>, accumulates: Bool
    ) { table.pointee.rms_norm_gradient(x, weight, dy, count, epsilon, dx, dweight, accumulates ? 1 : 0) }

    package func softmaxGradient(
        _ p: UnsafePointer<Float>, _ dp: UnsafePointer<Float>, shift: Float, factor: Float, count: Int,
        _ ds: UnsafeMutablePointer<Float>
    ) { table.pointee.softmax_gradient(p, dp, shift, factor, count, ds) }

    /// Turns logits into their gradient times `scale`, and returns the loss.
    package func crossEntropy(
        _ logits: UnsafeMutablePointer<Float>, count: Int, target: Int, scale: Float
    ) -> Float { table.pointee.cross_entropy(logits, count, target, scale) }

    package func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, _ y: UnsafeMutablePointer<Float>
    ) { table.pointee.add(a, b, count, y) }

    package func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
        table.pointee.dot(a, b, count)
    }

    package func sumOfSquares(_ x: UnsafePointer<Float>, count: Int) -> Double {
        table.pointee.sum_of_squares(x, count)
    }

    package func adamW(
        _ step: AdamWStep, gradient: UnsafePointer<Float>, count: Int, weights: UnsafeMutablePointer<Float>,
        first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
    ) {
        var values = dsk_adamw(
            beta1: step.beta1, beta2: step.beta2, rate: step.rate, correction: step.correction, epsilon: step.epsilon,
            keep: step.keep, scale: step.scale)
        table.pointee.adamw(&values, gradient, count, weights, first, second)
    }
}

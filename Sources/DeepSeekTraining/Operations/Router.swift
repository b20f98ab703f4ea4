import DeepSeekModel
import DeepSeekTensors

/// The gate in training (section 2.2.1): affinities, the choice of experts (device-limited where configured), their
/// weights, and the balance losses. In float32 throughout, with the same choices as in inference.
package final class Router: Operation {
    private let x: Variable
    private let centroids: Parameter
    private let configuration: MixtureOfExpertsConfiguration
    private let batch: TrainingBatch
    package let routing: ExpertRouting
    /// `[rows, expertsPerToken]`, by falling affinity.
    private let weights: Variable
    package var balance: BalanceLoss
    package var dropping: TokenDropping?
    /// Of the last forward pass, before `TrainingBatch.balanceScale`.
    package private(set) var balanceLoss = 0.0

    private let stride: Int
    /// `[rows, stride]`: affinities, and scratch of the same shape.
    private let affinities: ScratchArray<Float>
    private let scratch: ScratchArray<Float>
    private let coefficients: ScratchArray<Float>

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [weights] }

    package init(
        _ x: Variable, _ centroids: Parameter, _ configuration: MixtureOfExpertsConfiguration, _ batch: TrainingBatch,
        _ routing: ExpertRouting, _ weights: Variable, balance: BalanceWeights, dropping: TokenDropping? = nil
    ) {
        self.x = x
        self.centroids = centroids
        self.configuration = configuration
        self.batch = batch
        self.routing = routing
        self.weights = weights
        self.dropping = dropping
        self.balance = BalanceLoss(
            weights: balance, experts: configuration.routedExperts, expertsPerToken: configuration.expertsPerToken)
        stride = Gate.stride(experts: configuration.routedExperts)
        affinities = ScratchArray(capacity: x.rows * stride)
        scratch = ScratchArray(capacity: x.rows * stride)
        coefficients = ScratchArray(capacity: batch.sequences * configuration.routedExperts)
    }

    package func forward(_ context: ComputeContext) {
        let count = configuration.routedExperts
        let products = context.products
        products.multiply(
            products.operand(.leftRows, x.value, stride: x.stride, rows: x.rows, columns: x.columns),
            products.operand(.rightColumns, centroids), to: affinities.pointer, stride: stride, accumulates: false)
        products.run(.float32)
        scratch.pointer.update(from: affinities.pointer, count: x.rows * stride)
        context.pool.run(
            Gate(
                configuration, rows: x.rows, scores: scratch.pointer, stride: stride, experts: routing.choices,
                weights: weights.value, kernels: context.kernels))
        context.forRows(x.rows) { rows in
            for row in rows {
                let scores = affinities.pointer + row * stride
                var (maximum, sum) = (-Float.infinity, Float(0))
                _ = context.kernels.softmaxBlock(
                    scores, count: count, capacity: stride, factor: 1, maximum: &maximum, sum: &sum)
                for expert in 0..<count { scores[expert] /= sum }
            }
        }
        balanceLoss = 0
        if balance.weights.isActive {
            balanceLoss = balance.evaluate(
                affinities: affinities.pointer, stride: stride, choices: routing.choices, rows: x.rows,
                sequenceLength: batch.sequenceLength, coefficients: coefficients.pointer)
        }
        routing.sort(dropped: dropped())
        for assignment in 0..<x.rows * configuration.expertsPerToken where routing.places[assignment] < 0 {
            weights.value[assignment] = 0
        }
    }

    private func dropped() -> [Int] {
        guard batch.isTraining, let dropping else { return [] }
        let perToken = configuration.expertsPerToken
        let perSequence = batch.sequenceLength * perToken
        // What is dropped first has the lowest affinity; weights that were normalised are another thing.
        for assignment in 0..<x.rows * perToken {
            scratch.pointer[assignment] =
                affinities.pointer[assignment / perToken * stride + Int(routing.choices[assignment])]
        }
        return dropping.dropped(
            choices: UnsafeBufferPointer(start: routing.choices, count: x.rows * perToken),
            affinities: scratch.pointer, experts: configuration.routedExperts
        ) { batch.mayDrop.isEmpty || batch.mayDrop[$0 / perSequence] }
    }

    package func backward(_ context: ComputeContext) {
        let count = configuration.routedExperts
        let length = balance.weights.isPerSequence ? batch.sequenceLength : batch.rows
        context.forRows(x.rows) { rows in
            for row in rows {
                let gradient = scratch.pointer + row * stride
                if balance.weights.isActive {
                    for expert in 0..<count {
                        gradient[expert] =
                            coefficients.pointer[row / length * count + expert] * batch.balanceScale
                    }
                } else {
                    gradient.update(repeating: 0, count: count)
                }
                addChoices(row, gradient)
                let scores = affinities.pointer + row * stride
                var mean: Float = 0
                for expert in 0..<count { mean += gradient[expert] * scores[expert] }
                for expert in 0..<count { gradient[expert] = scores[expert] * (gradient[expert] - mean) }
            }
        }
        let products = context.products
        let logits = products.operand(.leftRows, scratch.pointer, stride: stride, rows: x.rows, columns: count)
        products.multiply(
            logits, products.operand(.rightRows, centroids), to: x.gradient, stride: x.stride,
            accumulates: x.claimGradient())
        if let target = centroids.gradient {
            products.multiply(
                products.operand(.leftColumns, scratch.pointer, stride: stride, rows: x.rows, columns: count),
                products.operand(.rightRows, x.value, stride: x.stride, rows: x.rows, columns: x.columns), to: target,
                stride: centroids.columns, accumulates: true)
        }
        products.run(.float32)
    }

    /// Adds what the weights of the chosen experts bring to the gradient of the affinities of a row.
    private func addChoices(_ row: Int, _ gradient: UnsafeMutablePointer<Float>) {
        let perToken = configuration.expertsPerToken
        let choices = routing.choices + row * perToken
        let given = weights.gradient + row * perToken
        guard configuration.normalizesWeights, perToken > 1 else {
            for place in 0..<perToken where routing.places[row * perToken + place] >= 0 {
                gradient[Int(choices[place])] += given[place] * Float(configuration.scalingFactor)
            }
            return
        }
        // w_j = s_j / (Σ s + 1e-20); a dropped weight is 0 whatever its affinity.
        let scores = affinities.pointer + row * stride
        var (sum, product) = (Float(1e-20), Float(0))
        for place in 0..<perToken { sum += scores[Int(choices[place])] }
        for place in 0..<perToken where routing.places[row * perToken + place] >= 0 {
            product += given[place] * scores[Int(choices[place])] / sum
        }
        for place in 0..<perToken {
            let direct = routing.places[row * perToken + place] >= 0 ? given[place] : 0
            gradient[Int(choices[place])] += (direct - product) / sum
        }
    }
}

/// The balance losses of one layer (section 2.2.3, equations 23 to 31), from the choices that were made and the
/// affinities of all tokens to all experts. Choices carry no gradient.
///
/// Each loss is Σ f·P with f from counts and P a mean of affinities, so its gradient by an affinity is the same for all
/// tokens of a sequence: one coefficient per expert.
package struct BalanceLoss {
    package let weights: BalanceWeights
    package let experts: Int
    package let expertsPerToken: Int

    package init(weights: BalanceWeights, experts: Int, expertsPerToken: Int) {
        self.weights = weights
        self.experts = experts
        self.expertsPerToken = expertsPerToken
    }

    /// - Parameters:
    ///   - affinities: `[rows, stride]`, softmax over all experts before any choice.
    ///   - choices: `[rows, expertsPerToken]`.
    ///   - coefficients: `[groups, experts]`, where a group is a sequence, or the whole batch: what is to be added to the
    ///     gradient of each affinity.
    /// - Returns: the sum of the losses, averaged over groups.
    package func evaluate(
        affinities: UnsafePointer<Float>, stride: Int, choices: UnsafePointer<Int32>, rows: Int, sequenceLength: Int,
        coefficients: UnsafeMutablePointer<Float>
    ) -> Double {
        let length = weights.isPerSequence ? sequenceLength : rows
        let groups = rows / length
        var total = 0.0
        for group in 0..<groups {
            total += evaluate(
                affinities: affinities + group * length * stride, stride: stride,
                choices: choices + group * length * expertsPerToken, rows: length, share: 1 / Double(groups),
                coefficients: coefficients + group * experts)
        }
        return total / Double(groups)
    }

    private func evaluate(
        affinities: UnsafePointer<Float>, stride: Int, choices: UnsafePointer<Int32>, rows: Int, share: Double,
        coefficients: UnsafeMutablePointer<Float>
    ) -> Double {
        var counts = [Double](repeating: 0, count: experts)
        var means = [Double](repeating: 0, count: experts)
        /// Tokens that have an expert on the device.
        var sent = [Double](repeating: 0, count: weights.devices)
        let perDevice = experts / weights.devices
        var lastSent = [Int](repeating: -1, count: weights.devices)
        for row in 0..<rows {
            for place in 0..<expertsPerToken {
                let expert = Int(choices[row * expertsPerToken + place])
                counts[expert] += 1
                let device = expert / perDevice
                if lastSent[device] != row { (sent[device], lastSent[device]) = (sent[device] + 1, row) }
            }
            for expert in 0..<experts { means[expert] += Double(affinities[row * stride + expert]) }
        }
        let length = Double(rows)
        let frequencies = counts.map { $0 * Double(experts) / (Double(expertsPerToken) * length) }
        var loss = 0.0
        for device in 0..<weights.devices {
            let members = device * perDevice..<(device + 1) * perDevice
            let frequency = members.reduce(0) { $0 + frequencies[$1] } / Double(perDevice)
            let traffic = Double(weights.devices) / (Double(weights.devicesPerToken) * length) * sent[device]
            for expert in members {
                let factor =
                    weights.expert * frequencies[expert] + weights.device * frequency + weights.communication * traffic
                loss += factor * means[expert] / length
                coefficients[expert] = Float(factor / length * share)
            }
        }
        return loss
    }
}

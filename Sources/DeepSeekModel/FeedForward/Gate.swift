import DeepSeekTensors

/// The gate (section 2.2.1): affinities of a token to the experts, and the choice of some of them, device-limited where
/// configured (section 2.2.2). In float32 throughout.
package struct Gate: ParallelWork {
    let configuration: MixtureOfExpertsConfiguration
    let rows: Int
    /// Products with the experts' centroids, `[rows, stride]`; affinities afterwards.
    let scores: UnsafeMutablePointer<Float>
    let stride: Int
    /// `[rows, expertsPerToken]`, by falling weight.
    let experts: UnsafeMutablePointer<Int32>
    let weights: UnsafeMutablePointer<Float>
    let kernels: Kernels

    package init(
        _ configuration: MixtureOfExpertsConfiguration, rows: Int, scores: UnsafeMutablePointer<Float>, stride: Int,
        experts: UnsafeMutablePointer<Int32>, weights: UnsafeMutablePointer<Float>, kernels: Kernels
    ) {
        self.configuration = configuration
        self.rows = rows
        self.scores = scores
        self.stride = stride
        self.experts = experts
        self.weights = weights
        self.kernels = kernels
    }

    package static let entry = WorkerPool.entry(for: Gate.self)

    /// Scores of a row, padded to whole vectors.
    package static func stride(experts: Int) -> Int { (experts + Kernels.lanes - 1) / Kernels.lanes * Kernels.lanes }

    package func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for row in Self.range(of: rows, part: part, of: parts) { choose(row: row) }
    }

    private func choose(row: Int) {
        let affinities = scores + row * stride
        let count = configuration.routedExperts
        var maximum = -Float.infinity
        var sum: Float = 0
        _ = kernels.softmaxBlock(
            affinities, count: count, capacity: stride, factor: 1, maximum: &maximum, sum: &sum)
        let inverse = 1 / sum
        for expert in 0..<count { affinities[expert] *= inverse }
        if case .groupLimited(let groups, let chosen) = configuration.selection {
            excludeGroups(affinities, groups: groups, keeping: chosen)
        }
        chooseBest(
            affinities, count, experts + row * configuration.expertsPerToken,
            weights + row * configuration.expertsPerToken)
    }

    /// Keeps the groups whose best expert has the highest affinity; affinities elsewhere become −1, which none has.
    private func excludeGroups(_ affinities: UnsafeMutablePointer<Float>, groups: Int, keeping chosen: Int) {
        let size = configuration.routedExperts / groups
        // A group is kept if fewer than `chosen` others come before it. At most a few groups: counting is enough.
        func best(_ group: Int) -> Float {
            var best = affinities[group * size]
            for index in 1..<max(size, 1) { best = max(best, affinities[group * size + index]) }
            return best
        }
        for _ in 0..<(groups - chosen) {
            var worst = -1
            var lowest = Float.infinity
            for group in 0..<groups {
                let value = best(group)
                // Of equals the later one goes.
                if value >= 0, value <= lowest { (worst, lowest) = (group, value) }
            }
            guard worst >= 0 else { return }
            (affinities + worst * size).update(repeating: -1, count: size)
        }
    }

    private func chooseBest(
        _ affinities: UnsafeMutablePointer<Float>, _ count: Int, _ chosen: UnsafeMutablePointer<Int32>,
        _ weights: UnsafeMutablePointer<Float>
    ) {
        let k = configuration.expertsPerToken
        var total: Float = 0
        for place in 0..<k {
            var best = 0
            for expert in 1..<max(count, 1) where affinities[expert] > affinities[best] { best = expert }
            chosen[place] = Int32(best)
            weights[place] = max(affinities[best], 0)
            total += weights[place]
            affinities[best] = -2
        }
        // Either normalised or scaled, never both.
        let factor =
            configuration.normalizesWeights && k > 1 ? 1 / (total + 1e-20) : Float(configuration.scalingFactor)
        for place in 0..<k { weights[place] *= factor }
    }
}

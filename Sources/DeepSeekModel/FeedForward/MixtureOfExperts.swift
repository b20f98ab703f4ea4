import DeepSeekCheckpoints
import DeepSeekTensors

/// DeepSeekMoE (section 2.2.1): shared experts that see every token, and routed ones that the gate chooses from.
///
/// Tokens are sorted by expert, and all experts of the layer are computed as one grouped product.
struct MixtureOfExperts: Sendable {
    let configuration: MixtureOfExpertsConfiguration
    /// The experts' centroids, `[experts, hidden]`.
    let centroids: WeightMatrix
    let experts: [GatedMLP]
    /// All shared experts as one unscaled network.
    let shared: GatedMLP?

    init(
        _ configuration: MixtureOfExpertsConfiguration, hidden: Int, prefix: String, loader: inout WeightLoader
    ) throws(CheckpointError) {
        self.configuration = configuration
        centroids = try loader.matrix(prefix + "gate.weight", rows: configuration.routedExperts, columns: hidden)
        var experts: [GatedMLP] = []
        for expert in 0..<configuration.routedExperts {
            experts.append(
                try GatedMLP(
                    prefix: prefix + "experts.\(expert).", hidden: hidden, width: configuration.expertWidth,
                    loader: &loader))
        }
        self.experts = experts
        shared =
            configuration.sharedExperts == 0
            ? nil
            : try GatedMLP(
                prefix: prefix + "shared_experts.", hidden: hidden,
                width: configuration.expertWidth * configuration.sharedExperts, loader: &loader)
    }

    /// Adds the result for the rows in `workspace.normed` to `workspace.hidden`.
    func forward(layer: Int, workspace: Workspace) {
        let rows = workspace.plan.rows
        let k = configuration.expertsPerToken
        let routing = workspace.routing
        let normed = UnsafePointer(workspace.normed.pointer)
        let stride = Gate.stride(experts: configuration.routedExperts)
        workspace.multiply(
            ProductTask(centroids, x: normed, tokens: rows, y: routing.scores.pointer, yStride: stride), rounds: false)
        workspace.forRows(
            Gate(
                configuration, rows: rows, scores: routing.scores.pointer, stride: stride,
                experts: routing.experts.pointer, weights: routing.weights.pointer, kernels: workspace.kernels),
            rows: rows)
        workspace.observeRouting?(
            layer, UnsafeBufferPointer(start: routing.experts.pointer, count: rows * k),
            UnsafeBufferPointer(start: routing.weights.pointer, count: rows * k))
        routing.sort(rows: rows, experts: configuration.routedExperts, perToken: k)

        // A single token needs no copies: every expert reads the same row.
        let isSingle = rows == 1
        if !isSingle {
            workspace.pool.run(GatherRows(slots: rows * k, perToken: k, routing: routing, workspace: workspace))
        }
        let gathered = isSingle ? normed : UnsafePointer(workspace.gathered.pointer)
        let hidden = centroids.columns
        let tasks = workspace.taskList()
        forEachActive(routing) { expert, slots in
            tasks.append(
                experts[expert].rise(
                    x: gathered + (isSingle ? 0 : slots.lowerBound * hidden), tokens: slots.count,
                    to: workspace.expertHidden.pointer + slots.lowerBound * configuration.expertWidth))
        }
        if let shared { tasks.append(shared.rise(x: normed, tokens: rows, to: workspace.sharedHidden.pointer)) }
        workspace.multiply(tasks)

        tasks.removeAll()
        forEachActive(routing) { expert, slots in
            tasks.append(
                experts[expert].fall(
                    x: workspace.expertHidden.pointer + slots.lowerBound * configuration.expertWidth,
                    tokens: slots.count, to: workspace.expertOutput.pointer + slots.lowerBound * hidden,
                    accumulates: false))
        }
        if let shared {
            tasks.append(
                shared.fall(
                    x: workspace.sharedHidden.pointer, tokens: rows, to: workspace.hidden.pointer, accumulates: true))
        }
        workspace.multiply(tasks, rounds: false)
        workspace.forRows(CombineExperts(rows: rows, perToken: k, routing: routing, workspace: workspace), rows: rows)
    }

    private func forEachActive(_ routing: Routing, _ body: (_ expert: Int, _ slots: Range<Int>) -> Void) {
        for expert in 0..<configuration.routedExperts {
            let slots = Int(routing.starts.pointer[expert])..<Int(routing.starts.pointer[expert + 1])
            if !slots.isEmpty { body(expert, slots) }
        }
    }
}

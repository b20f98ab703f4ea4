import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTraining
import Testing

/// Every operation by finite differences.
struct OperationGradientTests {
    private static func expectSmall(_ check: GradientCheck, _ tolerance: Double = 3e-3, step: Double = 1e-2) {
        let (name, error) = check.worst(step: step)
        #expect(error < tolerance, "\(name): \(error)")
    }

    private func parameter(_ store: ParameterStore, _ name: String) throws -> Parameter { try #require(store[name]) }

    @Test func embedding() throws {
        let batch = TrainingBatch(rows: 6, sequenceLength: 6)
        for (row, id) in [0, 3, 3, 1, 4, 3].enumerated() { batch.ids[row] = Int32(id) }
        Self.expectSmall(
            try GradientCheck([("w", [5, 70])]) { tape, store in
                let y = tape.variable("y", rows: 6, columns: 70)
                tape.append(Embedding(batch, try parameter(store, "w"), y))
                return y
            })
    }

    @Test func linearWithBiasesAndTwoWeights() throws {
        Self.expectSmall(
            try GradientCheck([("x", [50, 37]), ("w", [33, 37]), ("b", [33]), ("u", [5, 37])], spread: 0.5) {
                tape, store in
                let x = try tape.source(store["x"])
                let y = tape.variable("y", rows: 50, columns: 38)
                tape.append(
                    Linear(
                        x,
                        [
                            .init(try parameter(store, "w"), bias: try parameter(store, "b"), y.slice(0..<33)),
                            .init(try parameter(store, "u"), y.slice(33..<38)),
                        ]))
                return y
            })
    }

    @Test func normalizationAndSum() throws {
        Self.expectSmall(
            try GradientCheck([("x", [20, 24]), ("w", [24]), ("z", [20, 24])]) { tape, store in
                let x = try tape.source(store["x"])
                let y = tape.variable("y", rows: 20, columns: 24)
                tape.append(Normalization(x, try parameter(store, "w"), epsilon: 1e-6, y))
                let sum = tape.variable("sum", rows: 20, columns: 24)
                tape.append(Sum([x, y, try tape.source(store["z"])], sum))
                return sum
            })
    }

    @Test func groupedQueries() throws {
        let (rows, heads, groups, width) = (7, 6, 2, 4)
        let batch = TrainingBatch(rows: rows, sequenceLength: rows)
        let rotary = try ModelConfiguration([
            "model_type": "llama", "vocab_size": 8, "hidden_size": 24, "num_hidden_layers": 1,
            "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16,
        ]).rotary
        let table = RotationTable(RotaryEmbedding(rotary, width: width, pairing: .halves), positions: rows)
        Self.expectSmall(
            try GradientCheck([("k", [rows, groups * width]), ("v", [rows, groups * width])]) { tape, store in
                let keys = try tape.source(store["k"])
                tape.append(Rotation(keys, batch, heads: groups, headStride: width, offset: 0, table: table))
                let output = tape.variable("y", rows: rows, columns: heads * 2 * width)
                tape.append(
                    HeadRepetition(
                        keys: keys, values: try tape.source(store["v"]), groups: groups, heads: heads, width: width,
                        output))
                return output
            })
    }

    @Test func gatedActivation() throws {
        Self.expectSmall(
            try GradientCheck([("x", [9, 26])]) { tape, store in
                let y = tape.variable("y", rows: 9, columns: 13)
                tape.append(GatedActivation(try tape.source(store["x"]), y))
                return y
            })
    }

    /// YaRN's frequencies, heads with an unrotated part, two segments of different length.
    @Test func rotationAndAttention() throws {
        let rotary = try ModelConfiguration(Self.tinyConfiguration).rotary
        let shape = LatentAttentionShape(heads: 3, nope: 5, rope: 4, value: 6, scale: 0.4)
        let rows = 90
        let batch = TrainingBatch(rows: rows, sequenceLength: rows)
        batch.setSegments([0..<71, 71..<90])
        let table = RotationTable(RotaryEmbedding(rotary, width: 4, pairing: .adjacent), positions: rows)
        Self.expectSmall(
            try GradientCheck([("q", [rows, 27]), ("kv", [rows, 33]), ("k", [rows, 4])]) { tape, store in
                let (q, kv, k) = (
                    try tape.source(store["q"]), try tape.source(store["kv"]), try tape.source(store["k"])
                )
                tape.append(Rotation(q, batch, heads: 3, headStride: 9, offset: 5, table: table))
                tape.append(Rotation(k, batch, heads: 1, headStride: 0, offset: 0, table: table))
                let y = tape.variable("y", rows: rows, columns: 18)
                tape.append(
                    LatentAttention(
                        shape, batch, queries: q, expanded: kv, sharedKey: k, y, sharedKeyGradients: ScratchArray()))
                return y
            })
    }

    /// Segments longer than a block of keys.
    @Test func attentionOverSeveralBlocksOfKeys() throws {
        let shape = LatentAttentionShape(heads: 1, nope: 3, rope: 2, value: 4, scale: 0.4)
        let rows = 1_100
        let batch = TrainingBatch(rows: rows, sequenceLength: rows)
        Self.expectSmall(
            try GradientCheck([("q", [rows, 5]), ("kv", [rows, 7]), ("k", [rows, 2])], spread: 0.7) { tape, store in
                let y = tape.variable("y", rows: rows, columns: 4)
                tape.append(
                    LatentAttention(
                        shape, batch, queries: try tape.source(store["q"]), expanded: try tape.source(store["kv"]),
                        sharedKey: try tape.source(store["k"]), y, sharedKeyGradients: ScratchArray()))
                return y
            })
    }

    @Test func packedSegmentsDoNotSeeEachOther() throws {
        let shape = LatentAttentionShape(heads: 2, nope: 3, rope: 2, value: 4, scale: 0.4)
        let batch = TrainingBatch(rows: 20, sequenceLength: 20)
        batch.setSegments([0..<8, 8..<20])
        let check = try GradientCheck([("q", [20, 10]), ("kv", [20, 14]), ("k", [20, 2])]) { tape, store in
            let y = tape.variable("y", rows: 20, columns: 8)
            tape.append(
                LatentAttention(
                    shape, batch, queries: try tape.source(store["q"]), expanded: try tape.source(store["kv"]),
                    sharedKey: try tape.source(store["k"]), y, sharedKeyGradients: ScratchArray()))
            // Only the second segment counts.
            let kept = tape.variable("kept", rows: 20, columns: 8)
            tape.append(Keep(y, kept, from: 8))
            return kept
        }
        _ = check.worst()
        for name in ["q", "kv", "k"] {
            let parameter = try #require(check.store[name])
            let gradient = try #require(parameter.gradient)
            #expect((0..<8 * parameter.columns).allSatisfy { gradient[$0] == 0 })
            #expect((8 * parameter.columns..<parameter.count).contains { gradient[$0] != 0 })
        }
    }

    /// Gate, experts and their combination, with each rule of choosing and weighing, and all three balance losses. The
    /// choices must not change within the step, which random affinities see to.
    @Test(arguments: [false, true], [false, true])
    func mixtureOfExperts(isLimited: Bool, isNormalized: Bool) throws {
        var json = Self.tinyConfiguration
        if case .object(var members) = json {
            members["topk_method"] = .string(isLimited ? "group_limited_greedy" : "greedy")
            members["norm_topk_prob"] = .bool(isNormalized)
            json = .object(members)
        }
        let mixture = try #require(ModelConfiguration(json).mixture)
        let (rows, hidden, width) = (24, 10, 6)
        let batch = TrainingBatch(rows: rows, sequenceLength: 12)
        batch.mayDrop = [true, false]
        let routing = ExpertRouting(rows: rows, perToken: 2, experts: 8)
        let balance = BalanceWeights(expert: 0.3, device: 0.5, communication: 0.2, devices: 4, devicesPerToken: 2)
        let names = (0..<8).flatMap {
            [("g\($0)", [width, hidden]), ("u\($0)", [width, hidden]), ("d\($0)", [hidden, width])]
        }
        var router: Router?
        let check = try GradientCheck([("x", [rows, hidden]), ("gate", [8, hidden])] + names, spread: 0.8) {
            tape, store in
            let x = try tape.source(store["x"])
            let weights = tape.variable("weights", rows: rows, columns: 2)
            let made = Router(
                x, try parameter(store, "gate"), mixture, batch, routing, weights, balance: balance,
                dropping: TokenDropping(capacityFactor: 0.8, exemptShare: 0.5, devices: 4))
            router = made
            tape.append(made)
            let scratch = ScratchArray<Float>()
            let pair = tape.variable("pair", rows: rows * 2, columns: 2 * width)
            tape.append(
                ExpertProducts(
                    x, from: .tokens, routing,
                    try (0..<8).map { [try parameter(store, "g\($0)"), try parameter(store, "u\($0)")] }, pair,
                    gathered: scratch))
            let activation = tape.variable("activation", rows: rows * 2, columns: width)
            tape.append(GatedActivation(pair, activation, liveRows: { routing.placeCount }))
            let outputs = tape.variable("outputs", rows: rows * 2, columns: hidden)
            tape.append(
                ExpertProducts(
                    activation, from: .places, routing, try (0..<8).map { [try parameter(store, "d\($0)")] }, outputs,
                    gathered: scratch))
            let y = tape.variable("y", rows: rows, columns: hidden)
            tape.append(ExpertCombination(outputs, weights: weights, routing, y))
            return y
        }
        let gate = try #require(router)
        let (name, error) = check.worst(step: 2e-4) { gate.balanceLoss }
        #expect(error < 2e-2, "\(name): \(error)")
        #expect(routing.dropped > 0)
        #expect((rows..<2 * rows).allSatisfy { routing.places[$0] >= 0 }, "the second sequence is exempt")
    }

    @Test func headAndCrossEntropy() throws {
        let batch = TrainingBatch(rows: 12, sequenceLength: 12)
        for row in 0..<12 { batch.targets[row] = row % 3 == 0 ? -1 : Int32(row * 5 % 17) }
        batch.lossScale = 1
        let context = try ComputeContext(
            instructionSet: .selected(forced: nil), precision: .float32, threads: 2, scratch: 0)
        let store = try ParameterStore([.init(name: "x", shape: [12, 9]), .init(name: "w", shape: [17, 9])])
        var random = TrainingRandom(seed: 3)
        for parameter in store.parameters {
            for index in 0..<parameter.count { parameter.value[index] = Float(random.normal()) }
        }
        let tape = Tape()
        let head = LinearCrossEntropy(try tape.source(store["x"]), try parameter(store, "w"), batch)
        tape.append(head)
        try tape.plan()
        store.clearGradients(context)
        tape.forward(context)
        tape.backward(context)
        #expect(head.lossCount == 8)
        for parameter in store.parameters {
            let gradient = Array(UnsafeBufferPointer(start: parameter.gradient, count: parameter.count))
            for index in stride(from: 0, to: parameter.count, by: 7) {
                let value = parameter.value[index]
                batch.isTraining = false
                parameter.value[index] = value + 0.01
                tape.forward(context)
                let above = head.lossSum
                parameter.value[index] = value - 0.01
                tape.forward(context)
                let measured = (above - head.lossSum) / 0.02
                parameter.value[index] = value
                #expect(abs(measured - Double(gradient[index])) < 3e-3, "\(parameter.name)[\(index)]")
            }
        }
    }

    @Test func lowRankAdaptation() throws {
        Self.expectSmall(
            try GradientCheck([("x", [8, 6]), ("w", [5, 6]), ("a", [2, 6]), ("b", [5, 2])]) { tape, store in
                let x = try tape.source(store["x"])
                let y = tape.variable("y", rows: 8, columns: 5)
                tape.append(Linear(x, [.init(try parameter(store, "w"), y)]))
                let middle = tape.variable("middle", rows: 8, columns: 2)
                tape.append(Linear(x, [.init(try parameter(store, "a"), middle)]))
                tape.append(ScaledLinear(middle, try parameter(store, "b"), scale: 1.5, y))
                return y
            })
    }

    static let tinyConfiguration: JSONValue = [
        "model_type": "deepseek_v2", "vocab_size": 64, "hidden_size": 16, "num_hidden_layers": 2,
        "num_attention_heads": 2, "intermediate_size": 24, "max_position_embeddings": 4096, "kv_lora_rank": 8,
        "qk_nope_head_dim": 4, "qk_rope_head_dim": 4, "v_head_dim": 4, "n_routed_experts": 8, "num_experts_per_tok": 2,
        "moe_intermediate_size": 6, "n_group": 4, "topk_group": 2, "topk_method": "greedy",
        "routed_scaling_factor": 2.5, "first_k_dense_replace": 1,
        "rope_scaling": [
            "type": "yarn", "factor": 4, "original_max_position_embeddings": 32, "mscale": 0.707, "mscale_all_dim": 0.5,
        ],
    ]
}

/// y = x from some row on, and 0 before.
private final class Keep: Operation {
    let x, y: Variable
    let first: Int
    var inputs: [Variable] { [x] }
    var outputs: [Variable] { [y] }

    init(_ x: Variable, _ y: Variable, from first: Int) {
        (self.x, self.y, self.first) = (x, y, first)
    }

    private func copy(_ source: UnsafeMutablePointer<Float>, _ target: UnsafeMutablePointer<Float>) {
        let count = first * x.columns
        target.update(repeating: 0, count: count)
        (target + count).update(from: source + count, count: x.rows * x.columns - count)
    }

    func forward(_ context: ComputeContext) { copy(x.value, y.value) }

    func backward(_ context: ComputeContext) {
        _ = x.claimGradient()
        copy(y.gradient, x.gradient)
    }
}

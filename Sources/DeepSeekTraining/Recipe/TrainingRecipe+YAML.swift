import DeepSeekModel
import Foundation

extension TrainingRecipe {
    /// Reads a recipe. Paths in it are relative to its folder.
    ///
    /// - Throws: ``TrainingError`` `invalidRecipe` with file, line and key for what is unknown, missing or contradictory.
    public init(path: String) throws {
        try self.init(yaml: RunFile.text(path), path: path)
    }

    package init(yaml: String, path: String) throws {
        self.init()
        let folder = URL(filePath: path).deletingLastPathComponent()
        func resolved(_ name: String) -> String { URL(filePath: name, relativeTo: folder).path }
        let reader = try RecipeReader(yaml: yaml, path: path)
        task = try reader.choice("task", Task.self) ?? task
        guard let output = try reader.string("output") else {
            throw reader.error(nil, "\"output\" is missing: the folder that the run lives in")
        }
        self.output = resolved(output)
        seed = try reader.integer("seed", in: 0...Int(Int32.max)) ?? seed
        try readModel(reader, resolved)
        data = try sources(reader, "data", resolved) ?? []
        guard !data.isEmpty else { throw reader.error(nil, "\"data\" is missing: a list of files to train on") }
        validation = try sources(reader, "validation", resolved) ?? []
        try readSizes(reader, resolved)
        try readOptimizer(reader)
        try readBalance(reader)
        try readRunning(reader)
        try reader.finish()
    }

    private func sources(
        _ reader: RecipeReader, _ key: String, _ resolved: (String) -> String
    ) throws -> [Source]? {
        try reader.mappings(key)?.map { entry in
            guard let path = try entry.string("path") else { throw reader.error(key, "has an entry without \"path\"") }
            let weight = try entry.number("weight", in: 1e-9...1e9) ?? 1
            try entry.finish()
            return Source(path: resolved(path), weight: weight)
        }
    }

    private mutating func readModel(_ reader: RecipeReader, _ resolved: (String) -> String) throws {
        guard let model = try reader.mapping("model") else {
            throw reader.error(nil, "\"model\" is missing: {config: FILE} for a new one, {from: FOLDER} to go on")
        }
        configurationPath = try model.string("config").map(resolved)
        startingPoint = try model.string("from").map(resolved)
        guard configurationPath != nil || startingPoint != nil else {
            throw reader.error("model", "needs \"config\" (a new network) or \"from\" (a checkpoint)")
        }
        if let deviation = try model.number("init_std", in: 0...1) {
            guard startingPoint == nil else { throw model.error("init_std", "contradicts \"from\": weights are there") }
            initialDeviation = deviation
        }
        try model.finish()
        guard let folder = try reader.string("tokenizer").map(resolved) ?? startingPoint else {
            throw reader.error(nil, "\"tokenizer\" is missing: the folder with tokenizer.json")
        }
        tokenizer = folder
        try readExtension(reader)
        if let lora = try reader.mapping("lora") {
            guard startingPoint != nil else {
                throw reader.error("lora", "needs a checkpoint (\"model.from\") to adapt")
            }
            guard task != .reward else {
                throw reader.error("lora", "is not for reward models: their head is new, and trained in full")
            }
            let rank = try lora.integer("rank", in: 1...4_096) ?? 16
            adaptation = LowRankAdaptation(rank: rank, alpha: try lora.number("alpha", in: 0...1e6) ?? Double(2 * rank))
            try lora.finish()
        }
    }

    private mutating func readExtension(_ reader: RecipeReader) throws {
        guard let values = try reader.mapping("context_extension") else { return }
        guard startingPoint != nil, configurationPath == nil else {
            throw reader.error(
                "context_extension", "extends the context of a checkpoint (\"model.from\"), without a \"model.config\"")
        }
        guard let factor = try values.number("factor", in: 1.0001...1e5) else {
            throw reader.error("context_extension", "needs \"factor\": how many times longer the context becomes")
        }
        var stage = ContextExtension(factor: factor)
        stage.positions = try values.integer("positions", in: 2...(1 << 30))
        stage.betaFast = try values.number("beta_fast", in: 1e-6...1e6) ?? stage.betaFast
        stage.betaSlow = try values.number("beta_slow", in: 1e-6...stage.betaFast) ?? stage.betaSlow
        stage.mscale = try values.number("mscale", in: 0...1e3) ?? stage.mscale
        try values.finish()
        contextExtension = stage
    }

    private mutating func readSizes(_ reader: RecipeReader, _ resolved: (String) -> String) throws {
        if let sequence = try reader.mapping("sequence") {
            length = try sequence.integer("length", in: 2...(1 << 20)) ?? length
            if let isolates = try sequence.bool("isolate_documents") {
                guard task == .pretrain else {
                    throw sequence.error("isolate_documents", "is for texts; conversations never see each other")
                }
                isolatesDocuments = isolates
            }
            try sequence.finish()
        }
        if !task.isText {
            guard startingPoint != nil else {
                throw reader.error("model", "needs \"from\": this task starts from a model that answers")
            }
            if task == .grpo { try readReinforcement(reader, resolved) } else { try readPreference(reader) }
        } else if let batch = try reader.mapping("batch") {
            sequences = try batch.integer("sequences", in: 1...(1 << 20)) ?? sequences
            passSequences = try batch.integer("pass", in: 1...(1 << 16)) ?? min(sequences, passSequences)
            guard sequences % passSequences == 0 else {
                throw batch.error("sequences", "(\(sequences)) must be a multiple of \"batch.pass\" (\(passSequences))")
            }
            if let ramp = try batch.mapping("ramp") {
                rampFrom = try ramp.integer("from", in: 1...sequences) ?? passSequences
                rampTokens = try ramp.integer("tokens", in: 1...(1 << 50)) ?? 0
                guard ramp.has("tokens") else { throw batch.error("ramp", "needs \"tokens\": how long it lasts") }
                try ramp.finish()
            }
            try batch.finish()
        }
        if task.isText { passSequences = min(passSequences, sequences) }
        let tokens = !task.isText ? nil : try reader.integer("tokens", in: 1...(1 << 50))
        let steps = try reader.integer("steps", in: 1...(1 << 40))
        switch (steps, tokens) {
        case (let steps?, nil): self.steps = steps
        case (nil, let tokens?): self.steps = stepsFor(tokens: tokens)
        default:
            throw reader.error(
                nil,
                !task.isText
                    ? "\"steps\" is missing: how long the run is"
                    : "give either \"steps\" or \"tokens\": how long the run is")
        }
    }

    /// Steps until so many tokens were trained on, the ramp included.
    private func stepsFor(tokens: Int) -> Int {
        var (steps, done) = (0, 0)
        while done < min(tokens, rampTokens) {
            done += sequences(afterTokens: done) * length
            steps += 1
        }
        let perStep = sequences * length
        return max(steps + (max(tokens - done, 0) + perStep - 1) / perStep, 1)
    }

    private mutating func readOptimizer(_ reader: RecipeReader) throws {
        schedule.warmupSteps = min(schedule.warmupSteps, max(steps / 20, 1))
        guard let values = try reader.mapping("optimizer") else { return }
        schedule.maximum = try values.number("learning_rate", in: 0...10) ?? schedule.maximum
        schedule.warmupSteps = try values.integer("warmup_steps", in: 0...(1 << 40)) ?? schedule.warmupSteps
        schedule.decayAt = try values.numbers("decay_at", in: 0...1) ?? schedule.decayAt
        schedule.factor = try values.number("decay_factor", in: 0...1) ?? schedule.factor
        optimizer.beta1 = try values.number("beta1", in: 0...0.9999) ?? optimizer.beta1
        optimizer.beta2 = try values.number("beta2", in: 0...0.99999) ?? optimizer.beta2
        optimizer.epsilon = try values.number("epsilon", in: 1e-20...1) ?? optimizer.epsilon
        optimizer.decay = try values.number("weight_decay", in: 0...10) ?? optimizer.decay
        optimizer.decaysVectors = try values.bool("decay_norms") ?? optimizer.decaysVectors
        optimizer.clip = try values.number("clip", in: 1e-9...1e9) ?? optimizer.clip
        try values.finish()
        guard schedule.warmupSteps < steps else {
            throw values.error("warmup_steps", "(\(schedule.warmupSteps)) leaves nothing of the \(steps) steps")
        }
    }

    private mutating func readBalance(_ reader: RecipeReader) throws {
        var balance = BalanceWeights()
        if let values = try reader.mapping("balance") {
            balance.expert = try values.number("expert", in: 0...100) ?? 0
            balance.device = try values.number("device", in: 0...100) ?? 0
            balance.communication = try values.number("communication", in: 0...100) ?? 0
            balance.devices = try values.integer("devices", in: 1...4_096) ?? 1
            balance.devicesPerToken =
                try values.integer("devices_per_token", in: 1...balance.devices) ?? balance.devices
            balance.isPerSequence = try values.bool("per_sequence") ?? true
            try values.finish()
            guard balance.devices > 1 || (balance.device == 0 && balance.communication == 0) else {
                throw values.error(
                    values.has("device") ? "device" : "communication", "needs \"balance.devices\" of more than 1")
            }
        }
        options.balance = balance
        if let values = try reader.mapping("dropping") {
            guard task.isText else {
                throw reader.error(
                    "dropping", "is for pretraining and fine-tuning: a policy must be the one that answers")
            }
            guard balance.devices > 1 else {
                throw reader.error("dropping", "needs \"balance.devices\" of more than 1: one device drops nothing")
            }
            options.dropping = TokenDropping(
                capacityFactor: try values.number("capacity", in: 0.01...1_000) ?? 1,
                exemptShare: try values.number("exempt", in: 0...1) ?? 0.1, devices: balance.devices)
            try values.finish()
        }
    }

    private mutating func readRunning(_ reader: RecipeReader) throws {
        options.precision = try reader.choice("precision", TrainingPrecision.self) ?? options.precision
        options.recomputesActivations = try reader.bool("recompute") ?? false
        onDivergence = try reader.choice("on_divergence", Divergence.self) ?? onDivergence
        explosionFactor = try reader.number("explosion_factor", in: 1.01...1e9) ?? explosionFactor
        if let values = try reader.mapping("checkpoint") {
            checkpointEvery = try values.integer("every", in: 1...(1 << 40)) ?? checkpointEvery
            keptCheckpoints = try values.integer("keep", in: 1...10_000) ?? keptCheckpoints
            try values.finish()
        }
        if let values = try reader.mapping("evaluate") {
            guard !validation.isEmpty else {
                throw reader.error("evaluate", "needs \"validation\": files to evaluate on")
            }
            evaluateEvery = try values.integer("every", in: 1...(1 << 40)) ?? evaluateEvery
            evaluationSequences =
                try values.integer(
                    task.isText ? "sequences" : task == .grpo ? "questions" : "examples", in: 1...(1 << 20))
                ?? evaluationSequences
            try values.finish()
        }
        exportType = try reader.string("export_type") ?? exportType
        guard ["float32", "bfloat16"].contains(exportType) else {
            throw reader.error("export_type", "is \"\(exportType)\"; known: bfloat16, float32")
        }
    }
}

import DeepSeekSandbox

extension TrainingRecipe {
    private enum RewardName: String, CaseIterable {
        case answer
        case format
        case language
        case code
        case model
    }

    /// `batch`, `grpo`, `rollout` and `rewards` of a GRPO run.
    mutating func readReinforcement(_ reader: RecipeReader, _ resolved: (String) -> String) throws {
        if let batch = try reader.mapping("batch") {
            reinforcement.questions = try batch.integer("questions", in: 1...(1 << 16)) ?? reinforcement.questions
            reinforcement.samples = try batch.integer("samples", in: 2...4_096) ?? reinforcement.samples
            passSequences = try batch.integer("pass", in: 1...(1 << 16)) ?? passSequences
            try batch.finish()
        }
        if let values = try reader.mapping("grpo") {
            var policy = reinforcement.policy
            policy.clip = try values.number("clip", in: 0...1e6) ?? policy.clip
            policy.divergenceWeight = try values.number("kl", in: 0...1e3) ?? policy.divergenceWeight
            policy.ratio = try values.choice("ratio", PolicyOptions.Ratio.self) ?? policy.ratio
            if let limit = try values.number("importance_limit", in: 0...1e6) {
                policy.importanceLimit = limit > 0 ? limit : nil
            }
            reinforcement.policy = policy
            reinforcement.updates = try values.integer("updates", in: 1...1_000) ?? reinforcement.updates
            try values.finish()
        }
        if let values = try reader.mapping("rollout") {
            reinforcement.answerTokens = try values.integer("tokens", in: 1...(1 << 20)) ?? reinforcement.answerTokens
            reinforcement.concurrent = try values.integer("concurrent", in: 1...4_096)
            reinforcement.rolloutPrecision = try values.choice("precision", TrainingPrecision.self)
            try values.finish()
        }
        guard reinforcement.answerTokens < length else {
            throw reader.error(
                "rollout",
                "leaves no room for a question: \"rollout.tokens\" is \(reinforcement.answerTokens), and "
                    + "\"sequence.length\" \(length)")
        }
        reinforcement.rewardSeconds = try reader.number("reward_seconds", in: 0.01...3_600) ?? 10
        reinforcement.rewards = try reader.mappings("rewards")?.map { try reward($0, resolved) } ?? []
    }

    private func reward(_ entry: RecipeReader, _ resolved: (String) -> String) throws -> RewardOptions {
        guard let name = try entry.choice("kind", RewardName.self) else {
            throw entry.error(
                nil, "a reward needs \"kind\": \(RewardName.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let kind: RewardOptions.Kind
        switch name {
        case .answer: kind = .answer(requiresEnd: try entry.bool("require_end") ?? true)
        case .format:
            let pattern = try entry.string("pattern")
            do { _ = try FormatReward(pattern: pattern) } catch { throw entry.error("pattern", "\(error)") }
            kind = .format(pattern: pattern)
        case .language: kind = .language(try entry.choice("language", LanguageReward.Language.self) ?? .question)
        case .code:
            var limits = SandboxLimits()
            limits.seconds = try entry.number("seconds", in: 0.1...600) ?? limits.seconds
            limits.memoryBytes = try entry.integer("memory", in: 1 << 20...1 << 44) ?? limits.memoryBytes
            guard limits.seconds < reinforcement.rewardSeconds else {
                throw entry.error(
                    entry.has("seconds") ? "seconds" : "kind",
                    "(\(limits.seconds) s for a program) must be less than \"reward_seconds\" "
                        + "(\(reinforcement.rewardSeconds) s for a call of a reward)")
            }
            kind = .code(limits)
        case .model:
            guard let folder = try entry.string("path") else {
                throw entry.error(nil, "a reward of kind \"model\" needs \"path\": the folder of a reward model")
            }
            kind = .model(
                folder: resolved(folder), name: try entry.string("name") ?? "model",
                isRaw: try entry.bool("raw") ?? false)
        }
        let weight = try entry.number("weight", in: -1e6...1e6) ?? 1
        try entry.finish()
        return RewardOptions(kind, weight: weight)
    }
}

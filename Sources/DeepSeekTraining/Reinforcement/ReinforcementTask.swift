import DeepSeekInference
import DeepSeekJSON
import DeepSeekSandbox
import DeepSeekTensors
import DeepSeekTokenizer

/// GRPO (section 4.2 of the report): in each step G answers to each of some questions are drawn from the policy, judged
/// by the rewards, and compared within their group.
final class ReinforcementTask: RunTask {
    private let recipe: TrainingRecipe
    private let network: TrainingNetwork
    private let engine: RolloutEngine
    private let sampler: RoundSampler<Question>
    private let held: [Question]
    private let rewards: RewardSum
    private let reference: FrozenWeights?
    private let objective: GroupRelativePolicyOptimization
    private let tokenizer: Tokenizer
    private let clock = ContinuousClock()
    // Of the current step.
    private var step = 0
    private var packing = SegmentPacking()
    /// Of each pass, whose targets come one after the other.
    private var spans: [[GroupRelativePolicyOptimization.Span]] = []
    private var drawn: [String: Double] = [:]
    private var notes: [String] = []

    private var options: ReinforcementOptions { recipe.reinforcement }
    var updates: Int { options.updates }
    /// It is about 0 however good the policy is.
    var hasComparableLoss: Bool { false }
    var evaluatesFirst: Bool { !held.isEmpty }

    var columns: [String] {
        [
            "reward", "reward_deviation", "held_accuracy", "held_reward", "kl", "clip_share", "answer_tokens",
            "complete_share", "entropy", "informative_groups", "importance_weight", "importance_truncated", "mismatch",
            "rollout_tokens_per_second", "training_tokens_per_second", "reward_failures",
        ] + rewards.names.map { "reward_\($0)" }
    }

    init(
        _ recipe: TrainingRecipe, _ network: TrainingNetwork, configuration: JSONValue,
        rewards own: [(reward: any Reward, weight: Double)], threads: Int, instructionSet: InstructionSet
    ) throws {
        self.recipe = recipe
        self.network = network
        let options = recipe.reinforcement
        let format = ChatFormat(try TokenizerFiles(recipe.tokenizer))
        tokenizer = format.tokenizer
        let parts =
            try options.rewards.map { reward in
                // A reward model reads the text anew, and its template may write a little more around it.
                let part = try reward.make(
                    length: recipe.length + 64, precision: recipe.options.precision, threads: threads,
                    instructionSet: instructionSet)
                return (part, reward.weight)
            }
            + own.map { (RewardSum.Part.rule($0.reward), $0.weight) }
        guard !parts.isEmpty else {
            throw TrainingError(.invalidRecipe, "\"rewards\" is missing: a list of what judges the answers")
        }
        rewards = RewardSum(
            parts, runner: RewardRunner(threads: max(threads, 2), limit: .seconds(options.rewardSeconds)))
        let rules = rewards.parts
        func questions(_ source: TrainingRecipe.Source) throws -> [Question] {
            try QuestionFile(source.path, format).questions(limit: recipe.length + 1 - options.answerTokens) { line in
                for part in rules {
                    if case .rule(let reward) = part.reward { try reward.check(line) }
                }
            }
        }
        let files = try recipe.data.map { (try questions($0), $0.weight) }
        held = Array(try recipe.validation.flatMap(questions).prefix(recipe.evaluationSequences))
        sampler = RoundSampler(files, seed: UInt64(recipe.seed))
        reference = options.policy.divergenceWeight > 0 ? try FrozenWeights(network.store) : nil
        objective = GroupRelativePolicyOptimization(options.policy)
        network.head.objective = objective
        let longest = (files.flatMap(\.0) + held).map(\.prompt.count).max() ?? 1
        let precision = options.rolloutPrecision ?? recipe.options.precision
        engine = try RolloutEngine(
            RolloutWeights(network, configuration: configuration, tokenizer: recipe.tokenizer, precision: precision),
            contextLength: min(longest + options.answerTokens, network.configuration.maximumPositions),
            concurrent: options.concurrent ?? min(options.questions * options.samples, 256), precision: precision,
            threads: threads, instructionSet: instructionSet)
        try warnOfNetwork()
    }

    private func warnOfNetwork() throws {
        let runsCode = options.rewards.contains { if case .code = $0.kind { true } else { false } }
        guard runsCode, let reason = try Sandbox.networkReason() else { return }
        notes.append(
            "the code of answers runs with limits of time and memory, but this system does not let it be cut off from the "
                + "network (\(reason)); run inside a container without one")
    }

    // MARK: Drawing

    func prepare(_ state: TrainingState) throws {
        step = state.step
        notes = []
        let questions = (0..<options.questions).map { _ in sampler.next() }
        let asked = questions.flatMap { [Question](repeating: $0, count: options.samples) }
        var random = TrainingRandom(seed: UInt64(recipe.seed) ^ 0x6A09, stream: UInt64(step))
        let answers = try answers(asked, seeds: asked.map { _ in random.next() })
        let scores = try judge(asked, answers)
        let advantages = stride(from: 0, to: asked.count, by: options.samples).flatMap {
            GroupAdvantages.advantages(Array(scores.totals[$0..<$0 + options.samples]))
        }
        objective.answers = asked.indices.map { index in
            ScoredAnswer(
                prompt: asked[index].prompt, tokens: answers[index].ids, advantage: advantages[index],
                sampled: answers[index].tokens.map { $0.logprobs?.chosen ?? 0 })
        }
        // Without a reference, answers that are as good as the rest of their group teach nothing.
        let chosen = asked.indices.filter { reference != nil || advantages[$0] != 0 }
        pack(chosen)
        try note(scores, answers, advantages)
        compareWithReference()
    }

    /// The longest answers first, so that little room is left over.
    private func pack(_ chosen: [Int]) {
        let answers = objective.answers
        func rows(_ index: Int) -> Int { answers[index].prompt.count + answers[index].tokens.count }
        let ordered = chosen.filter { !answers[$0].tokens.isEmpty }.sorted {
            rows($0) != rows($1) ? rows($0) > rows($1) : $0 < $1
        }
        packing = SegmentPacking(
            ordered.map { [.init(prompt: answers[$0].prompt, following: answers[$0].tokens)] }, length: recipe.length,
            passSequences: recipe.passSequences)
        spans = packing.passes.map { pass in
            pass.places.map { place in
                let answer = ordered[place.group]
                return .init(answer: answer, count: answers[answer].tokens.count)
            }
        }
    }

    private func answers(_ asked: [Question], seeds: [UInt64]?) throws -> [GeneratedAnswer] {
        try engine.refresh()
        engine.seconds = 0
        engine.tokens = 0
        return try engine.answers(asked.map(\.prompt), seeds: seeds, limit: options.answerTokens)
    }

    private func judge(_ asked: [Question], _ answers: [GeneratedAnswer]) throws -> RewardSum.Scores {
        let samples = zip(asked, answers).map { question, answer in
            RewardSample(
                question: question.line, answer: answer.text ?? "", tokens: answer.tokens.count,
                isComplete: answer.result.finishReason == .stop, ids: question.prompt + answer.ids)
        }
        let scores = try rewards.scores(samples)
        for failure in scores.failures.prefix(3) {
            notes.append("step \(step + 1): the reward \"\(failure.reward)\" \(failure.message); it counts as 0")
        }
        return scores
    }

    private func note(_ scores: RewardSum.Scores, _ answers: [GeneratedAnswer], _ advantages: [Double]) throws {
        func mean(_ values: some Collection<Double>) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
        let reward = mean(scores.totals)
        let likelihoods = objective.answers.flatMap { $0.sampled.map(Double.init) }
        let groups = stride(from: 0, to: advantages.count, by: options.samples)
        drawn = [
            "reward": reward,
            "reward_deviation": mean(scores.totals.map { ($0 - reward) * ($0 - reward) }).squareRoot(),
            "answer_tokens": mean(answers.map { Double($0.tokens.count) }),
            "complete_share": mean(answers.map { $0.result.finishReason == .stop ? 1 : 0 }),
            "entropy": -mean(likelihoods),
            "informative_groups": mean(
                groups.map { first in
                    advantages[first..<first + options.samples].contains { $0 != 0 } ? 1.0 : 0
                }),
            "rollout_tokens_per_second": Double(engine.tokens) / max(engine.seconds, 1e-9),
            "reward_failures": Double(scores.failures.count),
        ]
        for (name, values) in zip(rewards.names, scores.parts) { drawn["reward_\(name)"] = mean(values) }
    }

    private func compareWithReference() {
        guard let reference else { return }
        reference.substitute(network.context) {
            for (pass, spans) in zip(packing.passes, spans) {
                network.batch.fill(pass.sequences[...])
                network.evaluate()
                var found: [Float] = []
                network.head.forEachTarget { found.append($1) }
                var first = 0
                for span in spans {
                    objective.answers[span.answer].reference = Array(found[first..<first + span.count])
                    first += span.count
                }
            }
        }
    }

    // MARK: Learning

    func differentiate(update: Int) -> StepFigures {
        let start = clock.now
        objective.figures = .init()
        var figures = StepFigures()
        for (pass, spans) in zip(packing.passes, spans) {
            network.batch.fill(pass.sequences[...])
            network.batch.balanceScale = 1 / Float(packing.passes.count)
            objective.spans = spans
            network.differentiate()
            figures.add(network.routers, passes: packing.passes.count)
        }
        let found = objective.figures
        let (terms, tokens) = (Double(max(found.terms, 1)), Double(max(found.tokens, 1)))
        figures.loss = found.loss
        figures.tokens = packing.passes.count * recipe.passSequences * recipe.length
        if update == 0 { drawn["mismatch"] = found.mismatch / tokens }
        figures.more = drawn
        if reference != nil { figures.more["kl"] = found.divergence / terms }
        figures.more["clip_share"] = found.clipped / terms
        figures.more["importance_weight"] = found.weight / terms
        figures.more["importance_truncated"] = found.truncated / terms
        let seconds = (clock.now - start) / .seconds(1)
        figures.more["training_tokens_per_second"] = Double(packing.usedRows) / max(seconds, 1e-9)
        return figures
    }

    // MARK: Held questions

    /// The likeliest answer to each; accuracy is that of the first reward, as the share of answers that it gives 1 or more.
    func evaluate() throws -> [String: Double] {
        guard !held.isEmpty else { return [:] }
        let scores = try judge(held, answers(held, seeds: nil))
        let count = Double(held.count)
        return [
            "held_reward": scores.totals.reduce(0, +) / count,
            "held_accuracy": Double(scores.parts.first?.count { $0 >= 0.999 } ?? 0) / count,
        ]
    }

    func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    var position: JSONValue { sampler.state }

    func restore(_ position: JSONValue) -> Bool { sampler.restore(position) }
}

/// What a training run does, as a YAML file says it. Every key has its default here; `deepseek help train` lists them.
public struct TrainingRecipe: Sendable, Hashable {
    public enum Task: String, Sendable, Hashable, CaseIterable {
        /// Next tokens of texts.
        case pretrain
        /// The assistant's tokens of conversations.
        case sft
        /// Answers to questions that rewards judge.
        case grpo
        /// Which of two answers is better, without drawing any.
        case dpo
        /// The same, or how good an answer is, for a model that judges others.
        case reward

        /// Whether tokens of texts are what is predicted, sequence by sequence.
        var isText: Bool { self == .pretrain || self == .sft }
    }

    public enum Divergence: String, Sendable, Hashable, CaseIterable {
        case stop
        case skip
    }

    public struct Source: Sendable, Hashable {
        public var path: String
        public var weight: Double

        public init(path: String, weight: Double = 1) {
            self.path = path
            self.weight = weight
        }
    }

    public var task = Task.pretrain
    /// The folder of the run.
    public var output = ""
    public var seed = 1
    /// The configuration of a new network; with a checkpoint to start from, what replaces its own (more positions, YaRN).
    public var configurationPath: String?
    /// A checkpoint to start from.
    public var startingPoint: String?
    /// The folder with `tokenizer.json`; by default that of the checkpoint.
    public var tokenizer = ""
    public var initialDeviation = 0.006
    public var data: [Source] = []
    public var validation: [Source] = []
    public var evaluateEvery = 100
    public var evaluationSequences = 64
    public var length = 512
    public var isolatesDocuments = false
    public var sequences = 8
    public var passSequences = 8
    public var rampFrom: Int?
    public var rampTokens = 0
    public var steps = 1000
    public var schedule = LearningRateSchedule()
    public var optimizer = OptimizerOptions()
    public var options = TrainingOptions()
    public var adaptation: LowRankAdaptation?
    /// Of the checkpoint to start from.
    public var contextExtension: ContextExtension?
    public var reinforcement = ReinforcementOptions()
    public var preference = PreferenceOptions()
    public var checkpointEvery = 200
    public var keptCheckpoints = 2
    public var onDivergence = Divergence.stop
    /// A loss of so many times the recent mean counts as divergence.
    public var explosionFactor = 3.0
    public var exportType = "bfloat16"

    /// Sequences of a step, by the tokens that were trained on before (the report's ramp, in multiples of a pass).
    public func sequences(afterTokens tokens: Int) -> Int {
        guard let rampFrom, rampTokens > 0, tokens < rampTokens else { return sequences }
        let share = Double(tokens) / Double(rampTokens)
        let wanted = Double(rampFrom) + share * Double(sequences - rampFrom)
        return max(Int(wanted) / passSequences, 1) * passSequences
    }
}

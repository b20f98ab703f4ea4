import DeepSeekJSON
import DeepSeekTensors

/// What a reward model says of an answer: σ(r), from 0 to 1, so that several can be weighed against each other; or r itself.
public final class ModelReward: BatchReward {
    public let name: String
    private let model: RewardModel
    private let isRaw: Bool

    public init(_ model: RewardModel, name: String = "model", isRaw: Bool = false) {
        self.model = model
        self.name = name
        self.isRaw = isRaw
    }

    public func scores(_ samples: [RewardSample]) throws -> [Double] {
        let conversations = try samples.map { sample in
            try QuestionFile.messages(sample.question) + [["role": "assistant", "content": .string(sample.answer)]]
        }
        return try model.scores(conversations).map { isRaw ? $0 : LogisticLoss.sigmoid($0) }
    }
}

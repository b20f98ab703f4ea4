import DeepSeekJSON

/// 1 for an answer that comes to the `answer` of its question, else 0: mathematics by ground truth. Where `answer` is null,
/// the question is not one for this reward, and gets 0.
public struct AnswerReward: Reward {
    public let name = "answer"
    /// Whether an answer that the limit of tokens has cut off is wrong in any case.
    private let requiresEnd: Bool

    public init(requiresEnd: Bool = true) { self.requiresEnd = requiresEnd }

    public func check(_ question: JSONValue) throws { _ = try Self.expected(question) }

    public func score(_ sample: RewardSample) throws -> Double {
        guard sample.isComplete || !requiresEnd else { return 0 }
        guard let expected = try Self.expected(sample.question) else { return 0 }
        guard let found = FinalAnswer.extract(sample.answer) else { return 0 }
        return FinalAnswer.agree(found, expected) || FinalAnswer.isSame(sample.answer, expected) ? 1 : 0
    }

    private static func expected(_ question: JSONValue) throws(TrainingError) -> String? {
        switch question["answer"] {
        case .string(let text)? where !text.isEmpty: return FinalAnswer.marked(in: text)
        case .integer(let value)?: return String(value)
        case .number(let value)?: return "\(value)"
        case .null?: return nil
        default:
            throw TrainingError(
                .invalidData,
                "the reward \"answer\" needs a text or a number under \"answer\" in each line, or null for a line that it "
                    + "does not judge")
        }
    }
}

extension FinalAnswer {
    /// Of a worked solution that ends with "#### 42", as GSM8K's, what it comes to; any other text as it is.
    fileprivate static func marked(in solution: String) -> String {
        solution.contains("####") ? extract(solution) ?? solution : solution
    }
}

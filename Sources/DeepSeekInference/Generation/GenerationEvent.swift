/// What a ``GenerationStream`` delivers: tokens, and at last how the answer ended.
public enum GenerationEvent: Sendable, Hashable {
    case token(GeneratedToken)
    case finished(GenerationResult)

    /// What to print. The texts of all events, one after the other, are the answer.
    public var text: String {
        switch self {
        case .token(let token): token.text ?? ""
        case .finished(let result): result.remainingText ?? ""
        }
    }
}

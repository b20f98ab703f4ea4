import DeepSeekJSON

/// The line of JSON that a lesson becomes.
public enum LessonForm: String, Sendable, CaseIterable {
    /// `{"text": …}`, for pretraining.
    case text
    /// `{"messages": […]}`, for fine-tuning.
    case messages
    /// `{"messages": […], "answer": …}`, the question alone and what is right, for rewards and tests.
    case problems

    /// - Parameter others: lessons that follow in the same conversation; the other forms hold one lesson.
    /// - Returns: without a line feed at the end; nil for a problem without one right answer.
    public func line(_ lesson: Lesson, followedBy others: [Lesson] = []) -> String? {
        var members = JSONObject()
        switch self {
        case .text: members["text"] = .string(lesson.text)
        case .messages:
            members["messages"] = .array(
                ([lesson] + others).flatMap(\.turns).flatMap {
                    [Self.message("user", $0.question), Self.message("assistant", $0.answer)]
                })
        case .problems:
            guard let truth = lesson.truth, let question = lesson.turns.first?.question else { return nil }
            members["messages"] = .array([Self.message("user", question)])
            members["answer"] = .string(truth.description)
        }
        members["subject"] = .string(lesson.subject.rawValue)
        members["language"] = .string(lesson.language.rawValue)
        return JSONValue.object(members).serialized()
    }

    private static func message(_ role: String, _ content: String) -> JSONValue {
        ["role": .string(role), "content": .string(content)]
    }
}

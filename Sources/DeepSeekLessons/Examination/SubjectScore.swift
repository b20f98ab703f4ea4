import DeepSeekJSON

/// How many questions of a subject were answered rightly.
public struct SubjectScore: Sendable, Hashable {
    public let subject: LessonSubject
    public private(set) var asked: [LessonLanguage: Int] = [:]
    public private(set) var right: [LessonLanguage: Int] = [:]

    init(subject: LessonSubject) { self.subject = subject }

    mutating func count(_ language: LessonLanguage, isRight: Bool) {
        asked[language, default: 0] += 1
        if isRight { right[language, default: 0] += 1 }
    }

    /// From 0 to 1; nil where nothing was asked.
    public var share: Double? { Self.share(right.values.reduce(0, +), of: asked.values.reduce(0, +)) }

    public func share(_ language: LessonLanguage) -> Double? {
        Self.share(right[language] ?? 0, of: asked[language] ?? 0)
    }

    private static func share(_ part: Int, of whole: Int) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }

    public var json: JSONValue {
        [
            "subject": .string(subject.rawValue),
            "asked": .integer(asked.values.reduce(0, +)),
            "right": .integer(right.values.reduce(0, +)),
            "english": share(.english).map { .number($0) } ?? .null,
            "chinese": share(.chinese).map { .number($0) } ?? .null,
        ]
    }
}

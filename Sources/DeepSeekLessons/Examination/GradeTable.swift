import DeepSeekJSON

/// The grades of several models side by side, in Markdown.
public struct GradeTable {
    private let names: [String]
    private let grades: [JSONValue]

    /// - Parameter columns: the models' names, with what `deepseek lessons grade --json` wrote for them.
    public init(_ columns: [(name: String, grades: JSONValue)]) {
        names = columns.map(\.name)
        grades = columns.map(\.grades)
    }

    public var markdown: String {
        var lines = [row("right answers to held questions", names), row("---", names.map { _ in "---" })]
        for subject in LessonSubject.allCases {
            let shares = grades.map { Self.share($0, [subject]) }
            guard shares.contains(where: { $0 != nil }) else { continue }
            lines.append(row(subject.rawValue, shares.map(Self.percent)))
        }
        lines.append(
            row("**arithmetic, all five**", grades.map { Self.percent(Self.share($0, LessonSubject.arithmetic)) }))
        lines.append(row("**all**", grades.map { Self.percent(Self.share($0, LessonSubject.allCases)) }))
        for (title, key) in [("held stories: perplexity", "perplexity"), ("bits per byte", "bits_per_byte")] {
            lines.append(
                row(
                    title,
                    grades.map { grade in
                        guard let number = grade["stories"]?[key]?.number else { return "" }
                        let thousandths = Int((number * 1_000).rounded())
                        let decimals = String(thousandths % 1_000 + 1_000).dropFirst()
                        return "\(thousandths / 1_000).\(decimals)"
                    }))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func row(_ title: String, _ cells: [String]) -> String {
        "| " + ([title] + cells).joined(separator: " | ") + " |"
    }

    /// Of all questions of these subjects that were asked.
    private static func share(_ grade: JSONValue, _ subjects: [LessonSubject]) -> Double? {
        let names = Set(subjects.map(\.rawValue))
        let scores = (grade["subjects"]?.array ?? []).filter { names.contains($0["subject"]?.string ?? "") }
        let asked = scores.reduce(0) { $0 + ($1["asked"]?.integer ?? 0) }
        let right = scores.reduce(0) { $0 + ($1["right"]?.integer ?? 0) }
        return asked > 0 ? Double(right) / Double(asked) : nil
    }

    private static func percent(_ share: Double?) -> String {
        guard let share else { return "" }
        let tenths = Int((share * 1_000).rounded())
        return "\(tenths / 10).\(tenths % 10) %"
    }
}

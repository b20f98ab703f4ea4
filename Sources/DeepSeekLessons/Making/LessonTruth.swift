extension Lesson.Truth: CustomStringConvertible {
    public var description: String {
        switch self {
        case .number(let number): String(number)
        case .text(let text): text
        case .word(let word, not: _): word
        }
    }

    /// Whether an answer is right.
    public func accepts(_ answer: String) -> Bool {
        switch self {
        case .number(let number): Self.lastNumber(in: answer) == String(number)
        case .text(let text): Self.bare(answer) == Self.bare(text)
        case .word(let word, not: let others):
            answer.contains(word) && !others.contains { answer.contains($0) }
        }
    }

    /// The last run of digits.
    static func lastNumber(in text: String) -> String? {
        text.split { !("0"..."9").contains($0) }.last.map(String.init)
    }

    private static func bare(_ text: String) -> Substring {
        var rest = text[...]
        while let last = rest.last, last.isWhitespace || last == "." || last == "。" { rest.removeLast() }
        return rest.drop { $0.isWhitespace }
    }
}

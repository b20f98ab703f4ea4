/// The share of an answer's letters that belong to the script of a language: Latin letters for English, Han for Chinese.
public struct LanguageReward: Reward {
    public enum Language: String, Sendable, Hashable, CaseIterable {
        /// That of the question.
        case question
        case english = "en"
        case chinese = "zh"
    }

    public let name = "language"
    private let language: Language

    public init(_ language: Language = .question) { self.language = language }

    public func score(_ sample: RewardSample) -> Double {
        let (latin, han, others) = Self.letters(sample.answer)
        let all = latin + han + others
        // Numbers alone are right in any language.
        guard all > 0 else { return 1 }
        switch language {
        case .english: return Double(latin) / Double(all)
        case .chinese: return Double(han) / Double(all)
        case .question:
            let asked = Self.letters(sample.asked)
            guard asked.han + asked.latin > 0 else { return 1 }
            return Double(asked.han > asked.latin ? han : latin) / Double(all)
        }
    }

    private static func letters(_ text: String) -> (latin: Int, han: Int, others: Int) {
        var (latin, han, others) = (0, 0, 0)
        for scalar in text.unicodeScalars where scalar.properties.isAlphabetic {
            switch scalar.value {
            case 0x41...0x24F: latin += 1
            case 0x3400...0x9FFF, 0x20000...0x323AF: han += 1
            default: others += 1
            }
        }
        return (latin, han, others)
    }
}

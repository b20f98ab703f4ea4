/// 1 for an answer that a pattern matches as a whole (where there is one) and that the model has ended, else 0.
public struct FormatReward: Reward {
    public let name = "format"
    // Unchecked: a `Regex` is immutable once made.
    private struct Pattern: @unchecked Sendable {
        let regex: Regex<AnyRegexOutput>
    }

    private let pattern: Pattern?

    /// - Parameter pattern: Swift's regular expressions; `.` matches line ends too. Nil for any text.
    /// - Throws: ``TrainingError`` `invalidRecipe` for one that is malformed.
    public init(pattern: String?) throws {
        guard let pattern else {
            self.pattern = nil
            return
        }
        do {
            self.pattern = Pattern(regex: try Regex(pattern).dotMatchesNewlines())
        } catch {
            throw TrainingError(.invalidRecipe, "the pattern \"\(pattern)\" is not a regular expression: \(error)")
        }
    }

    public func score(_ sample: RewardSample) throws -> Double {
        guard sample.isComplete else { return 0 }
        guard let pattern else { return 1 }
        return try pattern.regex.wholeMatch(in: sample.answer) == nil ? 0 : 1
    }
}

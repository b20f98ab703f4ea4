/// How much each input of each matrix matters over a text: its mean square; and how the inputs of some matrices go
/// together.
public struct ColumnImportance: Sendable {
    /// Mean squares by the name of the matrix.
    private let means: [String: [Float]]
    private let moments: [String: InputMoments]
    /// Tells one calibration from another.
    public let fingerprint: String

    init(means: [String: [Float]], moments: [String: InputMoments], fingerprint: String) {
        self.means = means
        self.moments = moments
        self.fingerprint = fingerprint
    }

    /// Weights for the columns of a matrix, of mean 1; nil for one that is not known, such as the embedding, which is
    /// looked up.
    func columns(of matrix: String, count: Int) -> [Float]? {
        guard let means = means[matrix], means.count == count else { return nil }
        let mean = means.reduce(0, +) / Float(count)
        guard mean > 0, mean.isFinite else { return nil }
        // A column that the text hardly moved is not worthless.
        return means.map { $0 / mean + 0.01 }
    }

    /// How later columns make up for earlier ones; nil where the text does not say.
    func feedback(of matrix: String, count: Int) -> RoundingFeedback? {
        guard let moments = moments[matrix], moments.columns == count else { return nil }
        return RoundingFeedback(moments)
    }
}

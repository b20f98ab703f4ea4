import DeepSeekJSON

/// A rule that says what an answer is worth: a plug-in of ``TrainingRun``.
///
/// It is called from several threads, and has a limit of time there: one that throws, hangs, or gives something that is no
/// number counts as 0 for that answer, and is reported.
public protocol Reward: Sendable {
    /// In the log.
    var name: String { get }
    /// Whether a line of the data holds what the rule needs; called once for each, before the run.
    ///
    /// - Throws: an error whose description says what is missing.
    func check(_ question: JSONValue) throws
    /// Usually from 0 to 1.
    func score(_ sample: RewardSample) throws -> Double
}

extension Reward {
    public func check(_ question: JSONValue) throws {}
}

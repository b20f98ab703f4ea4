import DeepSeekJSON

/// What one task of a recipe does in the steps of its run; ``TrainingRun`` does the rest: updates, the log, checkpoints.
protocol RunTask: AnyObject {
    /// Of the log, after those of every run.
    var columns: [String] { get }
    /// Updates of the weights in a step.
    var updates: Int { get }
    /// Whether the loss of a step can be held against those before it.
    var hasComparableLoss: Bool { get }
    /// Whether the model is evaluated before the first step too.
    var evaluatesFirst: Bool { get }
    /// What went wrong since it was last asked, without stopping the run.
    func takeNotes() -> [String]
    /// Draws what the next step learns from.
    func prepare(_ state: TrainingState) throws
    /// Adds the gradients of one update to those of the parameters.
    func differentiate(update: Int) throws -> StepFigures
    /// Figures on held data.
    func evaluate() throws -> [String: Double]
    /// Where its data are read; all that the next step depends on besides weights and moments.
    var position: JSONValue { get }
    /// - Returns: whether the position is one of this task's data.
    func restore(_ position: JSONValue) -> Bool
}

extension RunTask {
    var updates: Int { 1 }
    var hasComparableLoss: Bool { true }
    var evaluatesFirst: Bool { false }
    func takeNotes() -> [String] { [] }
}

/// A loss over the scores of the texts of a pass.
package protocol ScoreObjective: AnyObject {
    /// - Parameters:
    ///   - scores: of the texts, in the order of their rows.
    ///   - slopes: to be written: the derivative of the loss by each score.
    func evaluate(scores: [Float], slopes: inout [Float])
}

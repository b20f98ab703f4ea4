/// A loss over the log-probabilities of all targets of a pass, where that is not their sum: what alignment learns from.
package protocol TokenObjective: AnyObject {
    /// - Parameters:
    ///   - rows: of the batch that have a target, ascending.
    ///   - logProbabilities: of the target of each of them.
    ///   - slopes: to be written: the derivative of the loss by each log-probability.
    func evaluate(
        rows: UnsafeBufferPointer<Int32>, logProbabilities: UnsafePointer<Float>, slopes: UnsafeMutablePointer<Float>)
}

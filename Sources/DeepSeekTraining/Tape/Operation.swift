/// A differentiable operation between variables.
///
/// `backward` reads the gradients of the outputs and adds to those of the inputs (``Variable/claimGradient()`` tells
/// whether there is something to add to), and to those of its parameters.
package protocol Operation: AnyObject {
    /// What it reads and has a gradient for. An operation that changes a variable in place has it here only.
    var inputs: [Variable] { get }
    var outputs: [Variable] { get }
    /// Inputs whose gradient is that of the output, number for number: they share its memory. All but one of them have
    /// this operation as their only reader.
    var sharesGradient: Bool { get }
    func forward(_ context: ComputeContext)
    func backward(_ context: ComputeContext)
}

extension Operation {
    package var sharesGradient: Bool { false }
}

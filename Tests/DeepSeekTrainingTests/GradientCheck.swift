import DeepSeekTensors
import DeepSeekTraining

/// Checks an operation's gradients by finite differences: the loss is Σ c·y with random c, and its change along a random
/// direction of each input and parameter must be what the gradient says.
struct GradientCheck {
    let tape = Tape()
    let context: ComputeContext
    let store: ParameterStore
    private let projection: Projection

    /// - Parameters:
    ///   - parameters: by name and shape, filled at random; inputs are parameters too, copied in by a ``Source``.
    ///   - build: adds operations to the tape, and gives the output.
    init(
        _ parameters: [(name: String, shape: [Int])], spread: Double = 1,
        _ build: (Tape, ParameterStore) throws -> Variable
    ) throws {
        context = try ComputeContext(
            instructionSet: .selected(forced: nil), precision: .float32, threads: 2, scratch: 1 << 20)
        store = try ParameterStore(parameters.map { .init(name: $0.name, shape: $0.shape) })
        for (number, parameter) in store.parameters.enumerated() {
            var random = TrainingRandom(seed: 11, stream: UInt64(number))
            for index in 0..<parameter.count { parameter.value[index] = Float(random.normal() * spread) }
        }
        let output = try build(tape, store)
        projection = Projection(output)
        tape.append(projection)
        try tape.plan()
    }

    private func loss() -> Double {
        tape.forward(context)
        return projection.loss
    }

    /// The largest difference over all parameters between the slope that the gradient gives and the one that is measured,
    /// relative to the larger or to the gradient's norm.
    func worst(step: Double = 1e-2, extraLoss: () -> Double = { 0 }) -> (name: String, error: Double) {
        store.clearGradients(context)
        tape.forward(context)
        tape.backward(context)
        // A head adds to the gradient of its weights whenever it is computed.
        let gradients = store.parameters.map { Array(UnsafeBufferPointer(start: $0.gradient, count: $0.count)) }
        var worst = ("", 0.0)
        for (number, parameter) in store.parameters.enumerated() {
            let gradient = gradients[number]
            var random = TrainingRandom(seed: 12, stream: UInt64(number))
            let direction = (0..<parameter.count).map { _ in Float(random.normal()) }
            let expected = direction.indices.reduce(0.0) {
                $0 + Double(gradient[$1]) * Double(direction[$1])
            }
            let saved = Array(UnsafeBufferPointer(start: parameter.value, count: parameter.count))
            func moved(_ factor: Double) -> Double {
                for index in saved.indices { parameter.value[index] = saved[index] + Float(factor) * direction[index] }
                return loss() + extraLoss()
            }
            // Richardson: the error of the central difference is cut to the fourth order.
            let (wide, narrow) = (
                (moved(step) - moved(-step)) / (2 * step), (moved(step / 2) - moved(-step / 2)) / step
            )
            let measured = (4 * narrow - wide) / 3
            for index in saved.indices { parameter.value[index] = saved[index] }
            // A random direction has a slope of about the gradient's norm, but may be nearly across it.
            let norm = direction.indices.reduce(0.0) {
                $0 + Double(gradient[$1]) * Double(gradient[$1])
            }
            let error = abs(measured - expected) / max(abs(measured), abs(expected), norm.squareRoot(), 1e-3)
            if error > worst.1 { worst = (parameter.name, error) }
        }
        return worst
    }
}

/// A variable whose values are those of a parameter.
final class Source: Operation {
    let parameter: Parameter
    let output: Variable
    var inputs: [Variable] { [] }
    var outputs: [Variable] { [output] }

    init(_ parameter: Parameter, _ output: Variable) {
        self.parameter = parameter
        self.output = output
    }

    func forward(_ context: ComputeContext) { output.value.update(from: parameter.value, count: parameter.count) }

    func backward(_ context: ComputeContext) {
        for index in 0..<parameter.count { parameter.gradient![index] += output.gradient[index] }
    }
}

/// The loss Σ c·y.
final class Projection: Operation {
    let input: Variable
    let coefficients: [Float]
    private(set) var loss = 0.0
    var inputs: [Variable] { [input] }
    var outputs: [Variable] { [] }

    init(_ input: Variable) {
        self.input = input
        var random = TrainingRandom(seed: 13)
        coefficients = (0..<input.rows * input.columns).map { _ in Float(random.normal()) }
    }

    func forward(_ context: ComputeContext) {
        loss = coefficients.indices.reduce(0.0) { $0 + Double(coefficients[$1]) * Double(input.value[$1]) }
    }

    func backward(_ context: ComputeContext) {
        _ = input.claimGradient()
        for index in coefficients.indices { input.gradient[index] = coefficients[index] }
    }
}

extension Tape {
    /// A variable with the values of a parameter.
    func source(_ parameter: Parameter?) throws -> Variable {
        guard let parameter else { throw TrainingError(.unsupportedModel, "no such parameter") }
        let output = variable(parameter.name, rows: parameter.rows, columns: parameter.columns)
        append(Source(parameter, output))
        return output
    }
}

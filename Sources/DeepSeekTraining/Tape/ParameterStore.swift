import DeepSeekTensors

/// All parameters of a network, and the memory of their values, gradients and moments.
package final class ParameterStore {
    package struct Request {
        package let name: String
        package let shape: [Int]
        package let isTrained: Bool

        package init(name: String, shape: [Int], isTrained: Bool = true) {
            self.name = name
            self.shape = shape
            self.isTrained = isTrained
        }
    }

    package let parameters: [Parameter]
    private let byName: [String: Parameter]
    /// Of all parameters, one after the other.
    let values: FloatBuffer
    private let moments: [FloatBuffer]
    private let gradients: FloatBuffer

    package var trained: [Parameter] { parameters.filter { $0.gradient != nil } }

    package init(_ requests: [Request]) throws(TrainingError) {
        func size(_ shape: [Int]) -> Int { (shape.reduce(1, *) + 15) / 16 * 16 }
        let all = requests.reduce(0) { $0 + size($1.shape) }
        let trained = requests.reduce(0) { $0 + ($1.isTrained ? size($1.shape) : 0) }
        let (first, second): (FloatBuffer, FloatBuffer)
        do {
            values = try FloatBuffer(count: all)
            gradients = try FloatBuffer(count: trained)
            first = try FloatBuffer(count: trained)
            second = try FloatBuffer(count: trained)
        } catch { throw TrainingError(error) }
        moments = [first, second]
        var (offset, trainedOffset) = (0, 0)
        var parameters: [Parameter] = []
        for request in requests {
            parameters.append(
                Parameter(
                    name: request.name, shape: request.shape, value: values.pointer + offset,
                    gradient: request.isTrained ? gradients.pointer + trainedOffset : nil,
                    first: request.isTrained ? first.pointer + trainedOffset : nil,
                    second: request.isTrained ? second.pointer + trainedOffset : nil))
            offset += size(request.shape)
            if request.isTrained { trainedOffset += size(request.shape) }
        }
        self.parameters = parameters
        byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(name: String) -> Parameter? { byName[name] }

    package func clearGradients(_ context: ComputeContext) {
        let size = 1 << 16
        context.forEach((gradients.count + size - 1) / size) { [gradients] chunk, _ in
            let start = chunk * size
            (gradients.pointer + start).update(repeating: 0, count: min(size, gradients.count - start))
        }
    }
}

import DeepSeekCheckpoints
import DeepSeekTensors

/// Takes the tensors of a network out of a checkpoint by name and shape, and remembers which it took.
struct WeightLoader {
    let checkpoint: Checkpoint
    private let kernels: Kernels
    private(set) var names: Set<String> = []
    /// They keep their memory; matrices only point into it.
    private(set) var tensors: [StoredTensor] = []

    init(_ checkpoint: Checkpoint, kernels: Kernels) {
        self.checkpoint = checkpoint
        self.kernels = kernels
    }

    /// A matrix `[rows, columns]`, used where it lies: elements under its name, or low-bit panels under its name and
    /// their format.
    mutating func matrix(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> WeightMatrix {
        for format in PackedFormat.allCases {
            let packedName = format.tensorName(of: name)
            guard let tensor = checkpoint.tensor(named: packedName) else { continue }
            let shape = [PackedFormat.panels(rows: rows), format.panelBytes(columns: columns)]
            guard tensor.elementType == .uint8, tensor.shape == shape, let base = tensor.bytes.baseAddress else {
                throw CheckpointError(
                    .wrongShape, path: tensor.file,
                    "tensor \"\(packedName)\" is \(tensor.elementType.rawValue) \(tensor.shape), and \(format.rawValue) "
                        + "panels of [\(rows), \(columns)] are uint8 \(shape); weights and configuration do not belong together, "
                        + "or there is no memory for the weights")
            }
            names.insert(packedName)
            tensors.append(tensor)
            return WeightMatrix(format: .packed(format), rows: rows, columns: columns, base: base)
        }
        let (tensor, base) = try take(name, shape: [rows, columns])
        return WeightMatrix(format: .elements(tensor.elementType), rows: rows, columns: columns, base: base)
    }

    /// A vector, converted to float32: norms and biases are small, and read once per token.
    mutating func vector(_ name: String, count: Int) throws(CheckpointError) -> WeightVector {
        let (tensor, base) = try take(name, shape: [count])
        var values = [Float](repeating: 0, count: count)
        values.withUnsafeMutableBufferPointer { buffer in
            if let pointer = buffer.baseAddress { kernels.load(tensor.elementType, base, count: count, pointer) }
        }
        return WeightVector(values)
    }

    private mutating func take(
        _ name: String, shape: [Int]
    ) throws(CheckpointError) -> (StoredTensor, UnsafeRawPointer) {
        let tensor = try checkpoint.tensor(named: name, shape: shape)
        guard let base = tensor.bytes.baseAddress else {
            throw CheckpointError(.wrongShape, path: tensor.file, "\"\(name)\" is empty")
        }
        names.insert(name)
        tensors.append(tensor)
        return (tensor, base)
    }
}

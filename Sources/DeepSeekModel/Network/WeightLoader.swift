import DeepSeekCheckpoints
import DeepSeekTensors

/// Takes the tensors of a network out of a checkpoint by name and shape, and remembers which it took.
package struct WeightLoader {
    let checkpoint: Checkpoint
    private let kernels: Kernels
    private(set) var names: Set<String> = []
    /// They keep their memory; matrices only point into it.
    package private(set) var tensors: [StoredTensor] = []
    /// How its matrices lie.
    private(set) var formats: Set<WeightMatrix.Format> = []

    package init(_ checkpoint: Checkpoint, kernels: Kernels) {
        self.checkpoint = checkpoint
        self.kernels = kernels
    }

    /// A matrix `[rows, columns]`, used where it lies: elements under its name, float8 elements with their scales under a
    /// second name, or low-bit panels under its name and their format.
    package mutating func matrix(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> WeightMatrix {
        let matrix =
            if let packed = try packedMatrix(name, rows: rows, columns: columns) {
                packed
            } else if let tensor = checkpoint.tensor(named: name), tensor.elementType == .float8E4M3 {
                try float8Matrix(tensor, rows: rows, columns: columns)
            } else {
                try elementMatrix(name, rows: rows, columns: columns)
            }
        formats.insert(matrix.format)
        return matrix
    }

    private mutating func packedMatrix(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> WeightMatrix?
    {
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
        return nil
    }

    private mutating func float8Matrix(
        _ tensor: StoredTensor, rows: Int, columns: Int
    ) throws(CheckpointError) -> WeightMatrix {
        let scalesName = Float8Format.scalesName(of: tensor.name)
        let shape = Float8Format.scalesShape(rows: rows, columns: columns)
        let scales = try checkpoint.tensor(named: scalesName, shape: shape)
        guard tensor.shape == [rows, columns], let base = tensor.bytes.baseAddress else {
            throw CheckpointError(
                .wrongShape, path: tensor.file,
                "tensor \"\(tensor.name)\" has shape \(tensor.shape), and config.json asks for [\(rows), \(columns)]; one "
                    + "of the two belongs to another model")
        }
        guard scales.elementType == .float32, let scaleBase = scales.bytes.baseAddress else {
            throw CheckpointError(
                .unsupportedType, path: scales.file,
                "tensor \"\(scalesName)\" holds \(scales.elementType.rawValue), and scales must be float32")
        }
        names.formUnion([tensor.name, scalesName])
        tensors += [tensor, scales]
        return WeightMatrix(
            format: .float8, rows: rows, columns: columns, base: base,
            scales: scaleBase.assumingMemoryBound(to: Float.self))
    }

    private mutating func elementMatrix(_ name: String, rows: Int, columns: Int) throws(CheckpointError) -> WeightMatrix
    {
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

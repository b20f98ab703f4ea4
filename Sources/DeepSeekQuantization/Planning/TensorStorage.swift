import DeepSeekCheckpoints
import DeepSeekTensors

/// How one tensor lies in a quantised checkpoint.
public enum TensorStorage: String, Sendable, Hashable, CaseIterable {
    /// In the type that it has in the source.
    case asStored = "as stored"
    case int8
    case int4
    case fp8

    /// The panels of a low-bit form.
    package var panels: PackedFormat? {
        switch self {
        case .int8: .int8
        case .int4: .int4
        case .asStored, .fp8: nil
        }
    }

    /// The tensors that hold a matrix or vector in this form.
    ///
    /// - Parameter type: what it has in the source.
    package func descriptions(of name: String, shape: [Int], type: ElementType) -> [TensorDescription] {
        guard shape.count == 2 else { return [TensorDescription(name: name, elementType: type, shape: shape)] }
        let (rows, columns) = (shape[0], shape[1])
        switch self {
        case .asStored:
            return [TensorDescription(name: name, elementType: type, shape: shape)]
        case .int8, .int4:
            let format = panels ?? .int8
            return [
                TensorDescription(
                    name: format.tensorName(of: name), elementType: .uint8,
                    shape: [PackedFormat.panels(rows: rows), format.panelBytes(columns: columns)])
            ]
        case .fp8:
            return [
                TensorDescription(name: name, elementType: .float8E4M3, shape: shape),
                TensorDescription(
                    name: Float8Format.scalesName(of: name), elementType: .float32,
                    shape: Float8Format.scalesShape(rows: rows, columns: columns)),
            ]
        }
    }
}

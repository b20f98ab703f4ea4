import DeepSeekModel
import DeepSeekTensors

/// How the matrices of random weights are stored.
public enum RandomFormat: String, Sendable, CaseIterable {
    case bfloat16 = "bf16"
    case int8
    case int4
    case float8 = "fp8"

    /// Nil for elements of a floating-point type.
    var packed: PackedFormat? {
        switch self {
        case .bfloat16, .float8: nil
        case .int8: .int8
        case .int4: .int4
        }
    }

    /// What `config.json` says of it; nil for weights that are not low-bit.
    var quantization: QuantizationConfiguration? {
        self == .float8 ? QuantizationConfiguration(.float8) : packed.map { QuantizationConfiguration(.panels($0)) }
    }
}

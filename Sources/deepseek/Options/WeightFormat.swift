import ArgumentParser
import DeepSeekTensors

/// How the matrices of a model are stored.
enum WeightFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case bfloat16 = "bf16"
    case int8
    case int4

    /// Nil for elements of a floating-point type.
    var packed: PackedFormat? {
        switch self {
        case .bfloat16: nil
        case .int8: .int8
        case .int4: .int4
        }
    }
}

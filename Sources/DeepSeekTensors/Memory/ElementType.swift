/// How one number of a tensor lies in memory. Little-endian throughout, as in safetensors.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
    case float32
    case float16
    case bfloat16
    /// Four exponent and three fraction bits, no infinities; as weights, with scales in a tensor of their own.
    case float8E4M3 = "float8-e4m3"
    case int64
    case int32
    case int16
    case int8
    case uint8
    case bool

    /// Bytes of one element.
    public var size: Int {
        switch self {
        case .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .float8E4M3, .int8, .uint8, .bool: 1
        }
    }

    /// Whether weights may have this type by themselves.
    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .bfloat16: true
        default: false
        }
    }
}

import DeepSeekTensors

/// How the numbers of a GGUF tensor are stored: in blocks of some elements of a row.
package enum GGUFType: UInt32, Sendable, Hashable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    case bf16 = 30

    /// Elements of a block; a row is a whole number of blocks.
    package var blockElements: Int {
        switch self {
        case .f32, .f16, .bf16: 1
        case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0: 32
        case .q4_K, .q5_K, .q6_K: 256
        }
    }

    /// Bytes of a block.
    package var blockBytes: Int {
        switch self {
        case .f32: 4
        case .f16, .bf16: 2
        case .q4_0: 2 + 16
        case .q4_1: 4 + 16
        case .q5_0: 2 + 4 + 16
        case .q5_1: 4 + 4 + 16
        case .q8_0: 2 + 32
        case .q4_K: 4 + 12 + 128
        case .q5_K: 4 + 12 + 32 + 128
        case .q6_K: 128 + 64 + 16 + 2
        }
    }

    /// The type of number that is used where it lies; nil for quantised types.
    package var elementType: ElementType? {
        switch self {
        case .f32: .float32
        case .f16: .float16
        case .bf16: .bfloat16
        default: nil
        }
    }

    /// The panels that a quantised matrix is re-packed into:
    ///
    /// | type | panels | |
    /// |---|---|---|
    /// | Q4_0, Q4_1 | int4-wide | exact: scale d, offset −8 d or m |
    /// | Q4_K | int4-wide | scale d·s and offset −dmin·m rounded to float16 |
    /// | Q5_0, Q8_0 | int8 | exact |
    /// | Q5_1, Q5_K, Q6_K | int8 | rounded: at most 1/250 of the group's largest weight |
    package var packedFormat: PackedFormat? {
        switch self {
        case .f32, .f16, .bf16: nil
        case .q4_0, .q4_1, .q4_K: .int4Wide
        case .q5_0, .q5_1, .q5_K, .q6_K, .q8_0: .int8
        }
    }

    /// As the format writes it.
    package var name: String { "\(self)".uppercased() }

    /// Bytes of a row; nil when a row is not a whole number of blocks, or larger than an `Int` counts.
    package func rowBytes(columns: Int) -> Int? {
        guard columns.isMultiple(of: blockElements) else { return nil }
        let (bytes, overflow) = (columns / blockElements).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }
}

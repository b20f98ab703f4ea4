/// What most matrices of a quantised checkpoint become.
public enum QuantizationFormat: String, Sendable, Hashable, CaseIterable {
    /// 8 bits and a float16 scale per 32 weights: 8.5 bits per weight.
    case int8
    /// 4 bits, an 8-bit scale and an 8-bit zero point per 32 weights: 4.5 bits per weight.
    case int4
    /// E4M3 with a scale per block of 128 by 128, as DeepSeek-V3 is published: 8 bits per weight.
    case fp8
}

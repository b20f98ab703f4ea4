/// What is left of weights in GGUF's Q4_0, to compare with: a float16 scale for 32 weights and elements from −8 to 7, of
/// which the largest weight takes −8.
enum GGUFRounding {
    static func q4(_ weights: ArraySlice<Float>) -> [Float] {
        let largest = weights.reduce(0) { abs($1) > abs($0) ? $1 : $0 }
        let scale = largest / -8
        let inverse = scale == 0 ? 0 : 1 / scale
        let stored = Float(Float16(scale))
        return weights.map { (min(($0 * inverse + 8.5).rounded(.towardZero), 15) - 8) * stored }
    }

    /// Bits per weight.
    static let q4Bits = 4.5

    /// Whole rows of a multiple of 32.
    static func q4(rows: [Float]) -> [Float] {
        stride(from: 0, to: rows.count, by: 32).flatMap { q4(rows[$0..<$0 + 32]) }
    }
}

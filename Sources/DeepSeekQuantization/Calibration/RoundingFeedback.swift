/// How the errors of a row's rounded weights are made up for by those that are rounded after them.
///
/// With H = Σ x·xᵀ of the inputs and e the errors of a row, e·H·eᵀ is what rounding does to the output. H = U·D·Uᵀ, U being
/// unit upper triangular, makes it Σ_k D_k·(e_k + Σ_{i<k} e_i·U_ik)²: so column k is rounded as if it were
/// w_k + Σ_{i<k} e_i·U_ik, and D_k says how much its own error matters (the method of GPTQ, in the form of Chee et al.
/// 2023, "QuIP", section 3).
struct RoundingFeedback {
    /// U, `[columns, columns]`; only what is above the diagonal counts.
    let factors: [Float]
    /// D, with a mean of 1.
    let importance: [Float]

    /// The share of the mean square that is added to every input's: what the text did not move may still move.
    private static let damping = 0.01
    /// Wider matrices would take minutes to take apart.
    static let largestColumns = 4_096

    /// Nil where the text was too short to say how the inputs go together.
    init?(_ moments: InputMoments) {
        let count = moments.columns
        guard moments.tokens >= count, count > 0 else { return nil }
        var h = moments.sums.map { Double($0) }
        var mean = 0.0
        for index in 0..<count { mean += h[index * count + index] / Double(count) }
        guard mean > 0, mean.isFinite else { return nil }
        for index in 0..<count { h[index * count + index] += Self.damping * mean }
        var pivots = [Double](repeating: 0, count: count)
        var column = pivots
        // From the last column: what is left of H without it.
        for last in stride(from: count - 1, through: 0, by: -1) {
            let pivot = h[last * count + last]
            guard pivot > 0, pivot.isFinite else { return nil }
            pivots[last] = pivot
            for row in 0..<last {
                column[row] = h[row * count + last] / pivot
                h[row * count + last] = column[row]
            }
            h.withUnsafeMutableBufferPointer { h in
                column.withUnsafeBufferPointer { column in
                    for row in 0..<last {
                        let factor = column[row] * pivot
                        for place in row..<last { h[row * count + place] -= factor * column[place] }
                    }
                }
            }
        }
        factors = h.map { Float($0) }
        let total = pivots.reduce(0, +) / Double(count)
        importance = pivots.map { Float($0 / total) }
    }
}

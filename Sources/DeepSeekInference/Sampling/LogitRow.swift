/// What is asked of one row of logits, `[vocabulary]`.
enum LogitRow {
    /// The largest logit.
    ///
    /// - Parameter isRestricted: whether −∞ stands for tokens that may not be chosen.
    /// - Throws: `invalidLogits` if any is not finite: then nothing that follows from them means anything.
    static func maximum(
        _ logits: UnsafeBufferPointer<Float>, isRestricted: Bool = false
    ) throws(InferenceError) -> Float {
        // Integer maxima, which unlike those of floats are computed many at a time: of the magnitude, to find infinities
        // and what is not a number; and of a key that is ordered as the numbers are.
        var magnitude: UInt32 = 0
        var key = Int32.min
        for logit in logits {
            let bits = logit.bitPattern
            magnitude = max(magnitude, bits & 0x7fff_ffff)
            let signed = Int32(bitPattern: bits)
            key = max(key, signed ^ ((signed >> 31) & 0x7fff_ffff))
        }
        let maximum = Float(bitPattern: UInt32(bitPattern: key ^ ((key >> 31) & 0x7fff_ffff)))
        // Nothing above infinity is a number.
        let largest = isRestricted && maximum.isFinite ? Float.infinity.bitPattern : Float.infinity.bitPattern - 1
        guard !logits.isEmpty, magnitude <= largest else {
            throw InferenceError(
                .invalidLogits,
                "the network computed logits that are not finite numbers; the weights are damaged, or the arithmetic "
                    + "overflows (float32 has the widest range)")
        }
        return maximum
    }

    /// The lowest id among the largest.
    static func greedy(
        _ logits: UnsafeBufferPointer<Float>, isRestricted: Bool = false
    ) throws(InferenceError) -> Int32 {
        let maximum = try maximum(logits, isRestricted: isRestricted)
        return Int32(truncatingIfNeeded: logits.firstIndex(of: maximum) ?? 0)
    }
}

import DeepSeekTensors

/// Which expert computes which rows: the gate's choices, and the rows sorted by expert.
final class Routing {
    /// `[rows, experts padded]`.
    let scores: FloatBuffer
    /// `[rows, k]`.
    let experts: ScratchArray<Int32>
    let weights: FloatBuffer
    /// The slot, in order of expert, of each choice: `[rows, k]`.
    let slots: ScratchArray<Int32>
    /// The row of each slot.
    let rowOfSlot: ScratchArray<Int32>
    /// The first slot of each expert, and the end: `[experts + 1]`.
    let starts: ScratchArray<Int32>

    init(rows: Int, configuration: MixtureOfExpertsConfiguration?) throws(MemoryError) {
        let experts = configuration?.routedExperts ?? 0
        let choices = rows * (configuration?.expertsPerToken ?? 0)
        scores = try FloatBuffer(count: rows * Gate.stride(experts: experts))
        weights = try FloatBuffer(count: choices)
        self.experts = ScratchArray(capacity: choices)
        slots = ScratchArray(capacity: choices)
        rowOfSlot = ScratchArray(capacity: choices)
        starts = ScratchArray(capacity: experts + 2)
    }

    /// A counting sort: slots of an expert are in order of row.
    func sort(rows: Int, experts count: Int, perToken k: Int) {
        let starts = starts.pointer
        starts.update(repeating: 0, count: count + 2)
        // Counted two places up, so that after the sums place e + 1 is where expert e's next row goes.
        for choice in 0..<rows * k { starts[Int(experts.pointer[choice]) + 2] += 1 }
        for expert in 0..<count { starts[expert + 2] += starts[expert + 1] }
        for row in 0..<rows {
            for place in 0..<k {
                let choice = row * k + place
                let expert = Int(experts.pointer[choice])
                let slot = starts[expert + 1]
                starts[expert + 1] += 1
                slots.pointer[choice] = slot
                rowOfSlot.pointer[Int(slot)] = Int32(row)
            }
        }
    }
}

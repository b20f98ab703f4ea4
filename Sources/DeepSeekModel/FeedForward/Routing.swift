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

/// Copies rows next to each other for their experts.
struct GatherRows: ParallelWork {
    private let slots: Int
    private let width: Int
    private let rowOfSlot: UnsafePointer<Int32>
    private let x: UnsafePointer<Float>
    private let y: UnsafeMutablePointer<Float>

    static let entry = WorkerPool.entry(for: GatherRows.self)

    init(slots: Int, perToken: Int, routing: Routing, workspace: Workspace) {
        self.slots = slots
        width = workspace.hiddenSize
        rowOfSlot = UnsafePointer(routing.rowOfSlot.pointer)
        x = UnsafePointer(workspace.normed.pointer)
        y = workspace.gathered.pointer
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for slot in Self.range(of: slots, part: part, of: parts) {
            (y + slot * width).update(from: x + Int(rowOfSlot[slot]) * width, count: width)
        }
    }
}

/// Adds each row's weighted experts to the residual stream, by falling weight.
struct CombineExperts: ParallelWork {
    private let rows: Int
    private let perToken: Int
    private let width: Int
    private let slots: UnsafePointer<Int32>
    private let weights: UnsafePointer<Float>
    private let outputs: UnsafePointer<Float>
    private let hidden: UnsafeMutablePointer<Float>
    private let kernels: Kernels

    static let entry = WorkerPool.entry(for: CombineExperts.self)

    init(rows: Int, perToken: Int, routing: Routing, workspace: Workspace) {
        self.rows = rows
        self.perToken = perToken
        width = workspace.hiddenSize
        slots = UnsafePointer(routing.slots.pointer)
        weights = UnsafePointer(routing.weights.pointer)
        outputs = UnsafePointer(workspace.expertOutput.pointer)
        hidden = workspace.hidden.pointer
        kernels = workspace.kernels
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        for row in Self.range(of: rows, part: part, of: parts) {
            for choice in row * perToken..<(row + 1) * perToken {
                kernels.addScaled(
                    outputs + Int(slots[choice]) * width, by: weights[choice], count: width, to: hidden + row * width)
            }
        }
    }
}

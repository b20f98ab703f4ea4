import DeepSeekTensors

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

import DeepSeekTensors

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

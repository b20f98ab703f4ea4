/// Stacks of nodes to return to, each made once: equal stacks have equal numbers. 0 is the empty one.
struct StackArena {
    private struct Frame {
        var parent: Int32
        var node: Int32
        var depth: Int32
        /// Bytes at least to return through all of the stack.
        var distance: Int32
    }

    private var frames = [Frame(parent: 0, node: 0, depth: 0, distance: 0)]
    private var numbers: [UInt64: Int32] = [:]

    var count: Int { frames.count }

    mutating func push(_ node: Int32, on stack: Int32, distance: Int32) -> Int32 {
        let key = UInt64(UInt32(bitPattern: stack)) << 32 | UInt64(UInt32(bitPattern: node))
        if let number = numbers[key] { return number }
        let below = frames[Int(stack)]
        let number = Int32(truncatingIfNeeded: frames.count)
        frames.append(
            Frame(
                parent: stack, node: node, depth: below.depth + 1,
                distance: min(below.distance + distance, ProgramCosts.unreachable)))
        numbers[key] = number
        return number
    }

    func top(_ stack: Int32) -> Int32 { frames[Int(stack)].node }
    func parent(_ stack: Int32) -> Int32 { frames[Int(stack)].parent }
    func depth(_ stack: Int32) -> Int32 { frames[Int(stack)].depth }
    func distance(_ stack: Int32) -> Int32 { frames[Int(stack)].distance }

    /// From the bottom up.
    func nodes(_ stack: Int32) -> [Int32] {
        var nodes: [Int32] = []
        var stack = stack
        while stack != 0 {
            nodes.append(top(stack))
            stack = parent(stack)
        }
        return nodes.reversed()
    }
}

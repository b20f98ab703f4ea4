import DeepSeekTensors

/// Operations in the order in which they are computed, and the memory of their variables.
///
/// The network is written down once, for a fixed number of rows; every step then runs through the same list, forth and
/// back, in the same memory. Gradients of activations share blocks of memory: a block is free again when the operation
/// that made its variable has read it. With recomputation, so do the values of a segment that nothing outside needs, and
/// the segment is computed again on the way back.
package final class Tape {
    private struct Segment {
        var operations: Range<Int>
        var isRecomputed: Bool
    }

    private var operations: [any Operation] = []
    private var segments: [Segment] = []
    private var variables: [Variable] = []
    /// Of a variable, the recomputed segment that it lives in.
    private var segmentOf: [ObjectIdentifier: Int] = [:]
    private var buffers: [FloatBuffer] = []
    private var lastComputed = -1

    package init() {}

    package func variable(_ name: String, rows: Int, columns: Int) -> Variable {
        let variable = Variable(name, rows: rows, columns: columns)
        variables.append(variable)
        return variable
    }

    package func append(_ operation: any Operation) {
        operations.append(operation)
        if segments.isEmpty { segments.append(Segment(operations: 0..<0, isRecomputed: false)) }
        let start = segments[segments.count - 1].operations.lowerBound
        segments[segments.count - 1].operations = start..<operations.count
    }

    /// Operations and variables that `body` adds are a segment. If it is recomputed, only what `body` returns is kept.
    package func segment(recomputed: Bool, _ body: () -> Variable) -> Variable {
        let firstVariable = variables.count
        segments.append(Segment(operations: operations.count..<operations.count, isRecomputed: recomputed))
        let index = segments.count - 1
        let result = body()
        if recomputed {
            for variable in variables[firstVariable...] where variable !== result {
                segmentOf[ObjectIdentifier(variable)] = index
            }
        }
        segments.append(Segment(operations: operations.count..<operations.count, isRecomputed: false))
        return result
    }

    /// Bytes of all activations and their gradients.
    package var byteCount: Int { buffers.reduce(0) { $0 + $1.count * 4 } }

    /// Gives every variable its memory. Nothing can be added afterwards.
    package func plan() throws(TrainingError) {
        do {
            try planValues()
            try planGradients()
        } catch { throw TrainingError(error) }
    }

    private func planValues() throws(MemoryError) {
        /// Blocks that all recomputed segments share, in the order in which a segment asks for them.
        var shared: [Int] = []
        var places: [(variable: Variable, block: Int)] = []
        var used: [Int: Int] = [:]
        for variable in variables {
            let count = variable.rows * variable.columns
            guard let segment = segmentOf[ObjectIdentifier(variable)] else {
                variable.place(value: try buffer(count))
                continue
            }
            let block = used[segment, default: 0]
            used[segment] = block + 1
            if block == shared.count { shared.append(count) } else { shared[block] = max(shared[block], count) }
            places.append((variable, block))
        }
        var blocks: [UnsafeMutablePointer<Float>] = []
        for count in shared { blocks.append(try buffer(count)) }
        for (variable, block) in places { variable.place(value: blocks[block]) }
    }

    private func planGradients() throws(MemoryError) {
        var blocks = BlockPlan()
        var blockOf: [ObjectIdentifier: Int] = [:]
        for operation in operations.reversed() {
            for input in operation.inputs.map(\.root) where blockOf[ObjectIdentifier(input)] == nil {
                let shared = operation.sharesGradient ? operation.outputs.first.map(\.root) : nil
                if let shared, let block = blockOf[ObjectIdentifier(shared)] {
                    blocks.retain(block)
                    blockOf[ObjectIdentifier(input)] = block
                } else {
                    blockOf[ObjectIdentifier(input)] = blocks.take(input.rows * input.columns)
                }
            }
            var released: Set<ObjectIdentifier> = []
            for output in operation.outputs.map(\.root) where released.insert(ObjectIdentifier(output)).inserted {
                if let block = blockOf[ObjectIdentifier(output)] { blocks.release(block) }
            }
        }
        var memory: [UnsafeMutablePointer<Float>] = []
        for count in blocks.sizes { memory.append(try buffer(count)) }
        for variable in variables { variable.place(gradient: blockOf[ObjectIdentifier(variable)].map { memory[$0] }) }
    }

    private func buffer(_ count: Int) throws(MemoryError) -> UnsafeMutablePointer<Float> {
        let buffer = try FloatBuffer(count: count)
        buffers.append(buffer)
        return buffer.pointer
    }

    package func forward(_ context: ComputeContext) {
        for index in segments.indices { compute(index, context) }
    }

    /// After `forward`, once. Gradients of parameters are added to.
    package func backward(_ context: ComputeContext) {
        for operation in operations {
            for variable in operation.inputs + operation.outputs { variable.forgetGradient() }
        }
        for index in segments.indices.reversed() {
            let segment = segments[index]
            if segment.isRecomputed, lastComputed != index { compute(index, context) }
            for operation in operations[segment.operations].reversed() { operation.backward(context) }
        }
    }

    private func compute(_ index: Int, _ context: ComputeContext) {
        for operation in operations[segments[index].operations] { operation.forward(context) }
        if segments[index].isRecomputed { lastComputed = index }
    }
}

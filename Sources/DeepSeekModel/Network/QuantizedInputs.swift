import DeepSeekTensors

/// The inputs of a group of products as int8 or bfloat16: each distinct one once, in memory that is allocated once.
final class QuantizedInputs {
    struct Input {
        let x: UnsafePointer<Float>
        let stride: Int
        let rows: Int
        let columns: Int
        let form: QuantizedForm
        let target: UnsafeMutablePointer<UInt8>
    }

    private let arena: FloatBuffer
    private let storage: UnsafeMutablePointer<Input>
    private let capacity: Int
    private var count = 0
    private var used = 0

    /// - Parameters:
    ///   - bytes: of all inputs of a group together.
    ///   - capacity: inputs in a group.
    init(bytes: Int, capacity: Int) throws(MemoryError) {
        arena = try FloatBuffer(count: bytes / MemoryLayout<Float>.size)
        storage = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { storage.deallocate() }

    var all: UnsafeBufferPointer<Input> { UnsafeBufferPointer(start: storage, count: count) }

    /// Numbers to quantise.
    var elements: Int { all.reduce(0) { $0 + $1.rows * $1.columns } }

    func removeAll() {
        count = 0
        used = 0
    }

    /// Where the quantised input of a task will be; tasks that follow each other with the same input share it.
    func place(_ task: ProductTask) -> UnsafePointer<UInt8> {
        if count > 0 {
            let last = storage[count - 1]
            if last.x == task.x, last.rows == task.tokens, last.columns == task.weights.columns,
                last.form == task.quantizedForm
            {
                return UnsafePointer(last.target)
            }
        }
        let bytes = task.tokens * task.quantizedForm.rowBytes(columns: task.weights.columns)
        precondition(
            count < capacity && used + bytes <= arena.count * MemoryLayout<Float>.size,
            "a layer has larger inputs than its configuration says")
        let target = UnsafeMutableRawPointer(arena.pointer).assumingMemoryBound(to: UInt8.self) + used
        (storage + count).initialize(
            to: Input(
                x: task.x, stride: task.xStride, rows: task.tokens, columns: task.weights.columns,
                form: task.quantizedForm, target: target))
        count += 1
        used += bytes
        return UnsafePointer(target)
    }
}

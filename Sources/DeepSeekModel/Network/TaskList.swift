import DeepSeekTensors

/// Products that run together, in memory that is allocated once.
final class TaskList {
    private let storage: UnsafeMutablePointer<ProductTask>
    private let capacity: Int
    private var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        storage = .allocate(capacity: capacity)
    }

    deinit { storage.deallocate() }

    var mutable: UnsafeMutableBufferPointer<ProductTask> { UnsafeMutableBufferPointer(start: storage, count: count) }

    var all: UnsafeBufferPointer<ProductTask> { UnsafeBufferPointer(start: storage, count: count) }

    func append(_ task: ProductTask) {
        precondition(count < capacity, "a layer has more products than its configuration says")
        (storage + count).initialize(to: task)
        count += 1
    }

    func removeAll() { count = 0 }
}

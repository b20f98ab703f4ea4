/// Weights of a norm or a bias in float32, at an address that stays.
// Unchecked: the memory is written once, in `init`.
final class WeightVector: @unchecked Sendable {
    let pointer: UnsafePointer<Float>
    let count: Int

    init(_ values: [Float]) {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(values.count, 1))
        memory.initialize(from: values, count: values.count)
        pointer = UnsafePointer(memory)
        count = values.count
    }

    deinit { pointer.deallocate() }
}

import DeepSeekTensors

/// The weights of a network as they were at some moment, for computing with them in the network's own memory: the
/// reference of GRPO and DPO costs its weights, and no activations.
package final class FrozenWeights {
    private let store: ParameterStore
    private let values: FloatBuffer

    /// Keeps the weights that are in the store now.
    package init(_ store: ParameterStore) throws(TrainingError) {
        self.store = store
        do { values = try FloatBuffer(count: store.values.count) } catch { throw TrainingError(error) }
        values.pointer.update(from: store.values.pointer, count: values.count)
    }

    /// Runs `body` while they are the network's, and then puts its own back.
    package func substitute<Value>(_ context: ComputeContext, _ body: () throws -> Value) rethrows -> Value {
        exchange(context)
        defer { exchange(context) }
        return try body()
    }

    private func exchange(_ context: ComputeContext) {
        let size = 1 << 16
        let (own, kept) = (store.values.pointer, values.pointer)
        context.forEach((values.count + size - 1) / size) { [values] chunk, _ in
            for index in chunk * size..<min((chunk + 1) * size, values.count) {
                (own[index], kept[index]) = (kept[index], own[index])
            }
        }
    }
}

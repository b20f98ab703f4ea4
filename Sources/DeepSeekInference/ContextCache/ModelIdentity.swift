import Crypto
import DeepSeekCheckpoints
import DeepSeekModel

/// Tells models, and ways of computing them, apart: what one has cached is of no use to another.
struct ModelIdentity: Sendable, Hashable {
    /// Of the files' format; a change of it makes all older pages strangers.
    private static let version = 1
    /// Tensors that are looked into, and bytes of each: a fine-tuned model has the shapes of its origin.
    private static let samples = 1_024
    private static let sampleBytes = 256

    let bytes: [UInt8]

    /// - Parameter options: resolved, with arithmetic and instruction set.
    init(_ checkpoint: Checkpoint, layout: CacheLayout, options: LoadOptions) {
        var hash = SHA256()
        func add(_ text: String) {
            hash.update(data: Array(text.utf8))
            hash.update(data: [0])
        }
        add("\(Self.version) \(layout) \(CacheLayout.pageTokens)")
        add("\(options.arithmetic?.rawValue ?? "") \(options.attention) \(options.batchInvariant)")
        add(options.instructionSet?.rawValue ?? "")
        add(checkpoint.configuration.serialized())
        let names = checkpoint.tensorNames.sorted()
        let step = max(names.count / Self.samples, 1)
        for (index, name) in names.enumerated() {
            guard let tensor = checkpoint.tensor(named: name) else { continue }
            add("\(name) \(tensor.elementType) \(tensor.shape)")
            guard index % step == 0 else { continue }
            let content = tensor.bytes
            let first = max(content.count - Self.sampleBytes, 0) / 2
            hash.update(
                bufferPointer: UnsafeRawBufferPointer(rebasing: content[first...].prefix(Self.sampleBytes)))
        }
        bytes = Array(hash.finalize())
    }
}

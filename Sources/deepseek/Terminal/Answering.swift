import DeepSeekInference
import Synchronization

/// The answer that Ctrl-C stops.
final class Answering: Sendable {
    private let stream = Mutex<GenerationStream?>(nil)

    func begin(_ new: GenerationStream) { stream.withLock { $0 = new } }
    func end() { stream.withLock { $0 = nil } }
    func cancel() { stream.withLock { $0?.cancel() } }
}

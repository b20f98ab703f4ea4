import Synchronization

/// The tokens of some documents, set from several threads.
final class EncodedDocuments: Sendable {
    private let results: Mutex<[Result<[Int32], any Error>?]>

    init(count: Int) { results = Mutex([Result<[Int32], any Error>?](repeating: nil, count: count)) }

    func set(_ index: Int, _ body: () throws -> [Int32]) {
        let result = Result { try body() }
        results.withLock { $0[index] = result }
    }

    /// In order; the first error if there is one.
    func all() throws -> [[Int32]] { try results.withLock { try $0.compactMap { try $0?.get() } } }
}

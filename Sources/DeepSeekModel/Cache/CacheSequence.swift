/// One text in a cache: how long it is, and which pages hold it.
///
/// It belongs to the thread that runs the model. Its pages return to the pool through ``LatentCache/release(_:)`` or
/// ``LatentCache/truncate(_:to:)``.
public final class CacheSequence {
    /// Tokens in the cache; the next one gets this position.
    public internal(set) var length = 0
    /// Page numbers in order of position.
    var pages: [Int32] = []
    /// Set while a batch is checked for sequences that occur twice.
    var isSeen = false

    init(capacity: Int) { pages.reserveCapacity(capacity) }
}

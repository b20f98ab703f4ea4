/// One text in a cache: how long it is, and which pages hold it.
///
/// It belongs to the thread that runs the model. Its pages return to the pool through ``LatentCache/release(_:)`` or
/// ``LatentCache/truncate(_:to:)``.
public final class CacheSequence {
    /// Tokens in the cache; the next one gets this position.
    public internal(set) var length = 0
    /// Page numbers in order of position.
    package internal(set) var pages: [Int32] = []
    /// The page that takes the next token is partly filled and belongs to others too, so it is copied before.
    var borrowsLastPage = false
    /// Set while a batch is checked for sequences that occur twice.
    var isSeen = false

    init(capacity: Int) { pages.reserveCapacity(capacity) }

    /// Space for a text of so many tokens without further allocation.
    package func reserveCapacity(tokens: Int) { pages.reserveCapacity(CacheLayout.pages(tokens: tokens)) }
}

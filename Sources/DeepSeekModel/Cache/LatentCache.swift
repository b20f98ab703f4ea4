import DeepSeekTensors
import Foundation

/// The cache (section 2.1.4): per token and layer the normalised latent c_KV and the rotated key k^R, and nothing
/// else; for the dense family, keys and values of the grouped heads. In pages from one pool, whose size is fixed.
/// Sequences may share pages.
///
/// A page holds, for each layer, `pageTokens` rows in the layout's format, see ``CachePages``.
public final class LatentCache {
    public let layout: CacheLayout
    /// Pages of the pool.
    public let pageCount: Int
    private let memory: UnsafeMutableRawPointer
    var pool: PagePool

    /// - Parameter tokens: to hold at once, over all sequences; rounded up to pages.
    /// - Throws: ``ModelError`` with the number of bytes when they cannot be had.
    public init(layout: CacheLayout, tokens: Int) throws(ModelError) {
        self.layout = layout
        pageCount = CacheLayout.pages(tokens: max(tokens, 1))
        let bytes = AlignedMemory.byteCount(of: pageCount, size: layout.bytesPerPage)
        if let available = SystemMemory.available, bytes > available {
            throw ModelError(
                .notEnoughMemory,
                "a cache for \(tokens) tokens takes \(bytes) bytes (\(layout.bytesPerToken) per token), and "
                    + "\(available) are available; a context of \(available / layout.bytesPerToken) tokens would fit")
        }
        do throws(MemoryError) {
            memory = try AlignedMemory.allocate(bytes)
        } catch {
            throw ModelError(.notEnoughMemory, "cache for \(tokens) tokens: \(error.message)")
        }
        pool = PagePool(count: pageCount)
    }

    deinit { free(memory) }

    /// Tokens that new pages can still take.
    public var freeTokens: Int { pool.freeCount * CacheLayout.pageTokens }

    public func makeSequence() -> CacheSequence { CacheSequence(capacity: pageCount) }

    /// Gives the sequence pages for `count` more tokens, or changes nothing and returns false.
    func reserve(_ count: Int, for sequence: CacheSequence) -> Bool {
        let missing = CacheLayout.pages(tokens: sequence.length + count) - sequence.pages.count
        let copies = sequence.borrowsLastPage && count > 0
        guard max(missing, 0) + (copies ? 1 : 0) <= pool.freeCount else { return false }
        if copies { ownLastPage(of: sequence) }
        for _ in 0..<max(missing, 0) {
            guard let page = pool.take() else { return false }
            sequence.pages.append(page)
        }
        return true
    }

    /// Adds tokens without computing them, for measuring at a depth of context: their entries are what the pages hold,
    /// zeros in a fresh cache.
    package func extend(_ sequence: CacheSequence, by count: Int) throws(ModelError) {
        guard reserve(count, for: sequence) else {
            throw ModelError(.contextExceeded, "the cache has no room for \(count) more tokens; \(freeTokens) fit")
        }
        sequence.length += count
    }

    /// Forgets all but the first `length` tokens.
    public func truncate(_ sequence: CacheSequence, to length: Int) {
        let isShorter = length < sequence.length
        sequence.length = min(sequence.length, max(length, 0))
        let kept = CacheLayout.pages(tokens: sequence.length)
        while sequence.pages.count > kept { pool.letGo(sequence.pages.removeLast()) }
        // A sequence may go on in its own last page, though others begin with what is in it by now; but not write anew
        // what others may have.
        guard isShorter else { return }
        let isPartial = sequence.length % CacheLayout.pageTokens != 0
        sequence.borrowsLastPage = isPartial && sequence.pages.last.map(pool.isShared) ?? false
    }

    public func release(_ sequence: CacheSequence) { truncate(sequence, to: 0) }

    /// Where a page's rows of a layer lie.
    func page(_ number: Int, layer: Int) -> UnsafeMutableRawPointer {
        memory + (number * layout.layers + layer) * layout.bytesPerLayer
    }
}

import DeepSeekModel

/// Prefixes on the disk, beside the tree of those in memory. It belongs to the engine's thread.
final class ContextCache {
    private let store: PageStore
    private let identity: ModelIdentity

    init(_ store: PageStore, identity: ModelIdentity) {
        self.store = store
        self.identity = identity
    }

    /// Reads the pages that follow what the tree knows of a text, as far as the disk has them and there is room for them.
    func recall(
        _ ids: UnsafeBufferPointer<Int32>, scope: PrefixScope, tree: PrefixTree, pages: inout [Int32]
    ) {
        let whole = tree.match(ids, scope: scope, pages: &pages).tokens / CacheLayout.pageTokens
        var key = PageKey(identity: identity, scope: scope)
        for index in 0..<whole { key = key.next(Self.piece(index, of: ids)) }
        // Holds the pages while others have to make room.
        let text = tree.cache.makeEmptySequence()
        defer { tree.cache.release(text) }
        tree.cache.share(pages.prefix(whole), tokens: whole * CacheLayout.pageTokens, with: text)
        var node = text.pages.last
        for index in whole..<max(ids.count / CacheLayout.pageTokens, whole) {
            let piece = Self.piece(index, of: ids)
            key = key.next(piece)
            guard store.contains(key), makeRoom(for: text, tree), let page = text.pages.last,
                store.read(key, tokens: piece, into: tree.cache.bytes(ofPage: page)),
                case .inserted = tree.insert(page, ids: piece, after: node, scope: scope)
            else { return }
            node = page
        }
    }

    /// A page more for a text that ends with a full one.
    private func makeRoom(for text: CacheSequence, _ tree: PrefixTree) -> Bool {
        while (try? tree.cache.extend(text, by: CacheLayout.pageTokens)) == nil {
            guard tree.evict() else { return false }
        }
        return true
    }

    /// Writes the full pages of a text that the disk does not have.
    func keep(_ ids: UnsafeBufferPointer<Int32>, in text: CacheSequence, scope: PrefixScope, cache: LatentCache) {
        var key = PageKey(identity: identity, scope: scope)
        for index in 0..<(min(text.length, ids.count) / CacheLayout.pageTokens) {
            let piece = Self.piece(index, of: ids)
            key = key.next(piece)
            guard !store.contains(key) else { continue }
            store.write(key, tokens: piece, page: UnsafeRawBufferPointer(cache.bytes(ofPage: text.pages[index])))
        }
    }

    func flush() { store.flush() }

    private static func piece(_ index: Int, of ids: UnsafeBufferPointer<Int32>) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(rebasing: ids[(index * CacheLayout.pageTokens)...].prefix(CacheLayout.pageTokens))
    }
}

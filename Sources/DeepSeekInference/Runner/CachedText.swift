import DeepSeekModel

/// Tokens in the cache, with the sequence that holds them.
final class CachedText {
    let sequence: CacheSequence
    /// As many as the sequence is long.
    private(set) var ids: [Int32] = []

    init(_ sequence: CacheSequence) { self.sequence = sequence }

    /// Keeps what the text has in common with a prompt, all but the prompt's last token at most, since its logits are
    /// wanted. Returns the number of tokens kept.
    func keepPrefix(of prompt: [Int32], in cache: LatentCache) -> Int {
        var common = 0
        let limit = min(ids.count, prompt.count - 1)
        while common < limit, ids[common] == prompt[common] { common += 1 }
        cache.truncate(sequence, to: common)
        ids.removeLast(ids.count - common)
        return common
    }

    func removeLast(_ count: Int, in cache: LatentCache) {
        guard count > 0 else { return }
        ids.removeLast(count)
        cache.truncate(sequence, to: ids.count)
    }

    func reserve(_ count: Int) { ids.reserveCapacity(count) }

    func append(_ new: some Collection<Int32>) { ids.append(contentsOf: new) }
}

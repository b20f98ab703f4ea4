import DeepSeekModel

/// The network with everything that it writes. One thread at a time uses it.
final class ModelRunner {
    let network: DecoderModel
    let cache: LatentCache
    let contextLength: Int
    private let workspace: Workspace
    private var sessions = SessionStore()
    private var batch = Batch()

    init(_ network: DecoderModel, cache: LatentCache, workspace: Workspace, contextLength: Int) {
        self.network = network
        self.cache = cache
        self.workspace = workspace
        self.contextLength = contextLength
        batch.reserve(tokens: workspace.maximumRows, sequences: 1)
    }

    var vocabularySize: Int { network.configuration.vocabularySize }

    /// Tokens of one forward pass at most.
    var chunk: Int { workspace.maximumRows }

    /// Computes tokens that follow a text, at most a chunk of them, and adds them to it.
    ///
    /// - Returns: logits `[rows asked for, vocabulary]`, valid until the next call.
    func forward(
        _ ids: some Collection<Int32>, after text: CachedText, logits: Batch.Logits
    ) throws(ModelError) -> UnsafeBufferPointer<Float> {
        makeRoom(for: ids.count, in: text)
        batch.removeAll()
        batch.append(ids, to: text.sequence, logits: logits)
        let result = try network.forward(batch, cache: cache, workspace: workspace)
        text.append(ids)
        return result
    }

    // MARK: What the cache holds

    /// The text that a request continues: its session's, or a new one.
    func text(for session: SessionID?) -> CachedText {
        guard let session else { return CachedText(cache.makeSequence()) }
        if let text = sessions.use(session) { return text }
        let text = CachedText(cache.makeSequence())
        sessions.insert(text, for: session)
        return text
    }

    func release(_ text: CachedText) { cache.release(text.sequence) }

    /// Forgets the last tokens of a text.
    func forget(last count: Int, of text: CachedText) { text.removeLast(count, in: cache) }

    func forget(_ session: SessionID) {
        if let text = sessions.remove(session) { release(text) }
    }

    /// Forgets other sessions while pages are short. The pool holds at least one context, so the text gets its pages.
    private func makeRoom(for count: Int, in text: CachedText) {
        let length = text.sequence.length
        let missing = CacheLayout.pages(tokens: length + count) - CacheLayout.pages(tokens: length)
        while missing * CacheLayout.pageTokens > cache.freeTokens, let oldest = sessions.removeOldest(except: text) {
            release(oldest)
        }
    }
}

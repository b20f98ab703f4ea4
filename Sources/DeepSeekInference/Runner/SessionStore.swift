import DeepSeekModel

/// What the cache keeps for chat sessions between their turns.
struct SessionStore {
    /// Least recently used first.
    private var entries: [(id: SessionID, text: CachedText)] = []

    /// The session's text, which becomes the most recently used one; nil for a new or forgotten session.
    mutating func use(_ id: SessionID) -> CachedText? {
        guard let text = remove(id) else { return nil }
        entries.append((id, text))
        return text
    }

    mutating func insert(_ text: CachedText, for id: SessionID) { entries.append((id, text)) }

    mutating func remove(_ id: SessionID) -> CachedText? {
        guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
        return entries.remove(at: index).text
    }

    /// Forgets the least recently used text that holds anything, but not the given one; nil if there is none.
    mutating func removeOldest(except kept: CachedText) -> CachedText? {
        guard let index = entries.firstIndex(where: { $0.text !== kept }) else { return nil }
        return entries.remove(at: index).text
    }
}

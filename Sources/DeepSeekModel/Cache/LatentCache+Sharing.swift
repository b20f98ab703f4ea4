/// Pages that several texts share. All of it belongs to the thread that runs the model.
extension LatentCache {
    /// Pages that nobody holds, and pages that only the tree of prefixes holds.
    package var freePageCount: Int { pool.freeCount }
    package var idlePageCount: Int { pool.idleCount }

    package func isIdle(_ page: Int32) -> Bool { pool.isIdle(page) }

    /// A sequence without pages and without space for them, see ``CacheSequence/reserveCapacity(tokens:)``.
    package func makeEmptySequence() -> CacheSequence { CacheSequence(capacity: 0) }

    /// Gives the sequence pages for `count` more tokens ahead of time, or changes nothing and returns false.
    package func prepare(_ count: Int, for sequence: CacheSequence) -> Bool { reserve(count, for: sequence) }

    /// Lets an empty sequence begin with tokens that others have computed.
    ///
    /// - Parameters:
    ///   - pages: those that hold the tokens, in order. The last may be partly used; it is copied before the sequence
    ///     writes to it.
    ///   - tokens: how many.
    package func share(_ pages: some Collection<Int32>, tokens: Int, with sequence: CacheSequence) {
        release(sequence)
        for page in pages {
            pool.hold(page)
            sequence.pages.append(page)
        }
        sequence.length = tokens
        sequence.borrowsLastPage = tokens % CacheLayout.pageTokens != 0
    }

    /// Puts another page with the same tokens in the place of one of the sequence's.
    package func replacePage(at index: Int, of sequence: CacheSequence, with page: Int32) {
        pool.hold(page)
        pool.letGo(sequence.pages[index])
        sequence.pages[index] = page
    }

    /// Holds a page for the tree of prefixes, beside the sequence that holds it.
    package func keep(_ page: Int32) { pool.keep(page) }

    package func forget(_ page: Int32) { pool.forget(page) }

    /// A page for the tree of prefixes alone; nil if none is free.
    package func takeKept() -> Int32? {
        guard let page = pool.take() else { return nil }
        pool.keep(page)
        pool.letGo(page)
        return page
    }

    /// All that a page holds.
    package func bytes(ofPage page: Int32) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(start: self.page(Int(page), layer: 0), count: layout.bytesPerPage)
    }

    /// Copies the page that takes the next token, so that writing to it disturbs nobody.
    func ownLastPage(of sequence: CacheSequence) {
        let index = sequence.length / CacheLayout.pageTokens
        guard let copy = pool.take() else { return }
        let shared = sequence.pages[index]
        bytes(ofPage: copy).copyMemory(from: UnsafeRawBufferPointer(bytes(ofPage: shared)))
        pool.letGo(shared)
        sequence.pages[index] = copy
        sequence.borrowsLastPage = false
    }
}

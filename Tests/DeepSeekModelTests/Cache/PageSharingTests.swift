import DeepSeekModel
import Testing

/// Pages with several holders.
@Suite struct PageSharingTests {
    private let cache: LatentCache

    init() throws {
        cache = try LatentCache(layout: CacheLayout(layers: 2, segments: [4], format: .float32), tokens: 6 * 64)
    }

    private func fill(_ page: Int32, with byte: UInt8) {
        for index in cache.bytes(ofPage: page).indices { cache.bytes(ofPage: page)[index] = byte }
    }

    private func isFilled(_ page: Int32, with byte: UInt8) -> Bool {
        cache.bytes(ofPage: page).allSatisfy { $0 == byte }
    }

    @Test func pagesAreFreeWhenTheLastHolderGoes() throws {
        let first = cache.makeSequence()
        try cache.extend(first, by: 128)
        let second = cache.makeEmptySequence()
        cache.share(first.pages, tokens: 128, with: second)
        #expect(second.length == 128)
        #expect(cache.freePageCount == 4)
        cache.release(first)
        #expect(cache.freePageCount == 4)
        cache.release(second)
        #expect(cache.freePageCount == 6)
    }

    @Test func aPartlyUsedPageIsCopiedBeforeItIsWritten() throws {
        let first = cache.makeSequence()
        try cache.extend(first, by: 100)
        fill(first.pages[0], with: 1)
        fill(first.pages[1], with: 2)
        let second = cache.makeEmptySequence()
        cache.share(first.pages, tokens: 90, with: second)
        #expect(second.pages == first.pages)
        try cache.extend(second, by: 1)
        #expect(second.pages[0] == first.pages[0])
        #expect(second.pages[1] != first.pages[1])
        #expect(isFilled(second.pages[1], with: 2))
        #expect(cache.freePageCount == 3)
        // The owner goes on in its page.
        let page = first.pages[1]
        try cache.extend(first, by: 1)
        #expect(first.pages[1] == page)
    }

    @Test func goingBackIntoASharedPageCopiesIt() throws {
        let first = cache.makeSequence()
        try cache.extend(first, by: 128)
        let second = cache.makeEmptySequence()
        cache.share(first.pages, tokens: 128, with: second)
        cache.truncate(second, to: 70)
        #expect(second.pages[1] == first.pages[1])
        try cache.extend(second, by: 1)
        #expect(second.pages[1] != first.pages[1])
    }

    @Test func withoutAPageForTheCopyNothingChanges() throws {
        let first = cache.makeSequence()
        try cache.extend(first, by: 6 * 64 - 10)
        let second = cache.makeEmptySequence()
        cache.share(first.pages.prefix(1), tokens: 30, with: second)
        #expect(!cache.prepare(1, for: second))
        #expect(second.pages == [first.pages[0]])
        #expect(second.length == 30)
    }

    @Test func keptPagesAreIdleWhenNobodyElseHoldsThem() throws {
        let sequence = cache.makeSequence()
        try cache.extend(sequence, by: 64)
        let page = sequence.pages[0]
        cache.keep(page)
        #expect(!cache.isIdle(page))
        cache.release(sequence)
        #expect(cache.isIdle(page))
        #expect(cache.idlePageCount == 1)
        #expect(cache.freePageCount == 5)
        let reader = cache.makeEmptySequence()
        cache.share([page], tokens: 64, with: reader)
        #expect(cache.idlePageCount == 0)
        cache.forget(page)
        #expect(cache.freePageCount == 5)
        cache.release(reader)
        #expect(cache.freePageCount == 6)
        #expect(cache.idlePageCount == 0)
        let taken = try #require(cache.takeKept())
        #expect(cache.isIdle(taken))
        cache.forget(taken)
        #expect(cache.freePageCount == 6)
    }
}

import DeepSeekInference
import DeepSeekModel
import Testing

@Suite struct PrefixTreeTests {
    private let cache: LatentCache
    private let tree: PrefixTree

    init() throws {
        cache = try LatentCache(layout: CacheLayout(layers: 1, segments: [4], format: .float32), tokens: 64 * 64)
        tree = PrefixTree(cache)
    }

    /// Computes a text after what the tree knows of it, and puts it into the tree.
    private func add(_ ids: [Int32], scope: PrefixScope = .common) -> Int {
        let sequence = cache.makeSequence()
        defer { cache.release(sequence) }
        var pages: [Int32] = []
        let (found, last) = ids.withUnsafeBufferPointer { tree.match($0, scope: scope, pages: &pages) }
        cache.share(pages, tokens: found, with: sequence)
        while !cache.prepare(ids.count - found, for: sequence) {
            guard tree.evict() else { break }
        }
        var node = last
        for first in stride(from: found / 64 * 64, to: ids.count, by: 64) {
            let page = sequence.pages[first / 64]
            Array(ids[first..<min(first + 64, ids.count)]).withUnsafeBufferPointer { piece in
                if case .inserted = tree.insert(page, ids: piece, after: node, scope: scope) { node = page }
            }
        }
        return found
    }

    private func match(_ ids: [Int32], scope: PrefixScope = .common) -> Int {
        var pages: [Int32] = []
        return ids.withUnsafeBufferPointer { tree.match($0, scope: scope, pages: &pages).tokens }
    }

    private static func text(_ count: Int, _ seed: Int32) -> [Int32] { (0..<Int32(count)).map { $0 * 7 + seed } }

    @Test func findsTheLongestBeginning() {
        #expect(match([1, 2, 3]) == 0)
        #expect(add(Self.text(150, 1)) == 0)
        #expect(match(Self.text(150, 1)) == 150)
        #expect(match(Self.text(100, 1)) == 100)
        #expect(match(Self.text(200, 1)) == 150)
        #expect(match(Self.text(70, 1) + [9, 9]) == 70)
        #expect(match([5]) == 0)
        // What was a last page goes on in the same text.
        #expect(add(Self.text(190, 1)) == 150)
        #expect(cache.idlePageCount == 3)
        #expect(match(Self.text(192, 1)) == 190)
    }

    @Test func scopesDoNotMix() {
        _ = add(Self.text(100, 1), scope: .tenant("a"))
        #expect(match(Self.text(100, 1)) == 0)
        #expect(match(Self.text(100, 1), scope: .tenant("b")) == 0)
        #expect(match(Self.text(100, 1), scope: .tenant("a")) == 100)
        while tree.evict() {}
        // The root of a scope that is gone serves another.
        _ = add(Self.text(100, 2), scope: .tenant("b"))
        #expect(match(Self.text(100, 2), scope: .tenant("a")) == 0)
        #expect(match(Self.text(100, 2), scope: .tenant("b")) == 100)
    }

    @Test func forgetsWhatWasUsedLeastRecently() {
        for seed in 0..<4 { _ = add(Self.text(128, Int32(seed) * 1_000)) }
        #expect(cache.idlePageCount == 8)
        #expect(match(Self.text(128, 0)) == 128)
        // The ends first, so that beginnings are left.
        #expect(tree.evict())
        #expect(match(Self.text(128, 0)) == 128)
        var left = (1..<4).map { match(Self.text(128, Int32($0) * 1_000)) }
        #expect(left.sorted() == [64, 128, 128])
        for _ in 0..<7 { #expect(tree.evict()) }
        #expect(!tree.evict())
        left = (0..<4).map { match(Self.text(128, Int32($0) * 1_000)) }
        #expect(left == [0, 0, 0, 0])
        #expect(cache.freePageCount == 64)
    }

    @Test func whatIsInUseStays() {
        _ = add(Self.text(100, 1))
        let reader = cache.makeSequence()
        var pages: [Int32] = []
        _ = Self.text(100, 1).withUnsafeBufferPointer { tree.match($0, scope: .common, pages: &pages) }
        cache.share(pages, tokens: 100, with: reader)
        #expect(!tree.evict())
        cache.release(reader)
        #expect(tree.evict())
    }

    /// Against a plain search of all texts.
    @Test(arguments: 0..<8) func agreesWithAPlainSearch(seed: Int) {
        var random = RandomGenerator(seed: UInt64(seed))
        var texts: [[Int32]] = []
        func longest(_ ids: [Int32]) -> Int {
            texts.reduce(0) { best, text in
                max(best, zip(text, ids).prefix { $0 == $1 }.count)
            }
        }
        var used = 0
        while used < 40 {
            var text =
                texts.randomElement(using: &random).map {
                    Array($0.prefix(Int.random(in: 0...$0.count, using: &random)))
                } ?? []
            text += (0..<Int.random(in: 1...150, using: &random)).map { _ in Int32.random(in: 0...2, using: &random) }
            #expect(match(text) == longest(text))
            used += (text.count + 63) / 64
            guard used < 60 else { break }
            #expect(add(text) == longest(text))
            texts.append(text)
            #expect(cache.freePageCount + cache.idlePageCount == 64)
        }
        while tree.evict() {}
        #expect(cache.freePageCount == 64)
    }
}

import DeepSeekModel
import DeepSeekTensors

/// Which pages hold the beginnings of texts: a radix tree for each scope, whose edges are pages of tokens.
///
/// A node is a page, under the page's number: its tokens follow those of its parent. All but leaves are full. Searching
/// compares each page of a text with the children of one node, and nothing is allocated but a root for a new scope.
package final class PrefixTree {
    struct Node {
        /// Tokens; 0 where the page is not in the tree.
        var count = 0
        var parent: Int32 = none
        var firstChild: Int32 = none
        var previous: Int32 = none
        var next: Int32 = none
    }

    static let none: Int32 = -1

    let cache: LatentCache
    /// By page; then roots.
    var nodes: [Node]
    /// `[pages, pageTokens]`.
    private let tokens: ScratchArray<Int32>
    private var roots: [PrefixScope: Int32] = [:]
    private var unusedRoots: [Int32] = []
    /// By root, from the page count on.
    private var scopes: [PrefixScope] = []
    var order: RecencyList

    package init(_ cache: LatentCache) {
        self.cache = cache
        nodes = [Node](repeating: Node(), count: cache.pageCount)
        tokens = ScratchArray(capacity: cache.pageCount * CacheLayout.pageTokens)
        order = RecencyList(count: cache.pageCount)
    }

    /// Where a scope's texts begin. Roots go with their last child, so their numbers are not kept.
    private func root(of scope: PrefixScope) -> Int32 {
        if let root = roots[scope] { return root }
        let root: Int32
        if let unused = unusedRoots.popLast() {
            root = unused
            scopes[Int(root) - cache.pageCount] = scope
        } else {
            root = Int32(nodes.count)
            nodes.append(Node())
            scopes.append(scope)
        }
        roots[scope] = root
        return root
    }

    func contains(_ page: Int32) -> Bool { nodes[Int(page)].count > 0 }

    func isFull(_ node: Int32) -> Bool { nodes[Int(node)].count == CacheLayout.pageTokens }

    /// The tokens of a page of the tree.
    func tokens(of page: Int32) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(
            start: tokens.pointer + Int(page) * CacheLayout.pageTokens, count: nodes[Int(page)].count)
    }

    // MARK: Searching

    /// The child of a node that agrees longest with the beginning of a text, and how far.
    func bestChild(of parent: Int32, for ids: UnsafeBufferPointer<Int32>) -> (page: Int32, common: Int) {
        var best = (page: Self.none, common: 0)
        var child = nodes[Int(parent)].firstChild
        while child != Self.none {
            let common = Self.common(tokens(of: child), ids)
            if common > best.common { best = (child, common) }
            child = nodes[Int(child)].next
        }
        return best
    }

    static func common(_ a: UnsafeBufferPointer<Int32>, _ b: UnsafeBufferPointer<Int32>) -> Int {
        let count = min(a.count, b.count)
        var index = 0
        while index < count, a[index] == b[index] { index += 1 }
        return index
    }

    /// Finds what is known of the beginning of a text.
    ///
    /// - Parameters:
    ///   - ids: of which all may be found.
    ///   - pages: gets those that hold it, in order; the last may be used in part.
    /// - Returns: how many tokens they hold of it, and the last of the pages that it fills; nil for none.
    package func match(
        _ ids: UnsafeBufferPointer<Int32>, scope: PrefixScope, pages: inout [Int32]
    ) -> (tokens: Int, node: Int32?) {
        pages.removeAll(keepingCapacity: true)
        guard var parent = roots[scope] else { return (0, nil) }
        var node: Int32?
        var found = 0
        while found < ids.count {
            let (page, common) = bestChild(of: parent, for: UnsafeBufferPointer(rebasing: ids[found...]))
            guard page != Self.none else { break }
            pages.append(page)
            found += common
            guard common == CacheLayout.pageTokens else { break }
            node = page
            parent = page
        }
        touch(pages)
        return (found, node)
    }

    /// Marks a text's pages as just used, the beginning last, so that ends are forgotten before beginnings.
    package func touch(_ pages: [Int32]) {
        for page in pages.reversed() where contains(page) { order.moveToEnd(page) }
    }

    // MARK: Growing and shrinking

    /// What became of a page that was put into the tree.
    package enum Insertion: Hashable {
        /// It is in the tree, alone with its tokens.
        case inserted
        /// Another page holds the same.
        case known(Int32)
        /// It is in the tree elsewhere.
        case refused
    }

    /// Puts a page into the tree, which holds it from then on beside its sequence.
    ///
    /// - Parameters:
    ///   - ids: the page's tokens, at least one.
    ///   - node: the full page before it; nil at the beginning.
    package func insert(
        _ page: Int32, ids: UnsafeBufferPointer<Int32>, after node: Int32?, scope: PrefixScope
    ) -> Insertion {
        var child = nodes[Int(node ?? root(of: scope))].firstChild
        while child != Self.none {
            let next = nodes[Int(child)].next
            let count = nodes[Int(child)].count
            let common = Self.common(tokens(of: child), ids)
            if common == ids.count, child != page { return .known(child) }
            if common == count {
                // What it holds is the beginning of the new page.
                if child == page {
                    store(ids, of: page)
                    order.moveToEnd(page)
                    return .inserted
                }
                remove(child)
            }
            child = next
        }
        guard !contains(page) else { return .refused }
        store(ids, of: page)
        // Not the root of before: it may have lost its last child.
        link(page, to: node ?? root(of: scope))
        cache.keep(page)
        order.append(page)
        return .inserted
    }

    private func store(_ ids: UnsafeBufferPointer<Int32>, of page: Int32) {
        let count = min(ids.count, CacheLayout.pageTokens)
        nodes[Int(page)].count = count
        guard let source = ids.baseAddress else { return }
        (tokens.pointer + Int(page) * CacheLayout.pageTokens).update(from: source, count: count)
    }

    private func link(_ page: Int32, to parent: Int32) {
        let first = nodes[Int(parent)].firstChild
        nodes[Int(page)].parent = parent
        nodes[Int(page)].previous = Self.none
        nodes[Int(page)].next = first
        if first != Self.none { nodes[Int(first)].previous = page }
        nodes[Int(parent)].firstChild = page
    }

    /// Takes a leaf out of the tree.
    private func remove(_ page: Int32) {
        let node = nodes[Int(page)]
        if node.previous == Self.none {
            nodes[Int(node.parent)].firstChild = node.next
        } else {
            nodes[Int(node.previous)].next = node.next
        }
        if node.next != Self.none { nodes[Int(node.next)].previous = node.previous }
        nodes[Int(page)] = Node()
        order.remove(page)
        cache.forget(page)
        retire(node.parent)
    }

    /// Gives the root of a scope that holds nothing any more to another one.
    private func retire(_ node: Int32) {
        let place = Int(node) - cache.pageCount
        guard place >= 0, nodes[Int(node)].firstChild == Self.none else { return }
        roots[scopes[place]] = nil
        unusedRoots.append(node)
    }

    /// Frees the page that was used least recently and that no sequence holds; false if there is none.
    package func evict() -> Bool {
        // What cannot go is in use, and so it counts as used now.
        for _ in 0..<order.count {
            guard let page = order.first else { return false }
            if nodes[Int(page)].firstChild == Self.none, cache.isIdle(page) {
                remove(page)
                return true
            }
            order.moveToEnd(page)
        }
        return false
    }
}

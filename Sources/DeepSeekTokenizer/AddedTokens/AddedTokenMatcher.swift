/// Finds tokens in a text in one pass, however many there are: an Aho-Corasick automaton.
///
/// It reads from right to left over the reversed tokens. Then what it has found at a place is the tokens that *begin*
/// there, the longest first, and leftmost-longest matching needs no second look at anything.
struct AddedTokenMatcher: Sendable {
    struct Match: Equatable {
        let range: Range<Int>
        /// Which of the tokens given to the initialiser.
        let index: Int
    }

    /// The node reached from a node by a byte, at `node << 8 | byte`.
    private let children: PairTable
    /// The node of the longest proper suffix.
    private let fallbacks: FixedTable<Int32>
    /// The longest token that ends at the node (begins at the place), or -1.
    private let found: FixedTable<Int32>
    /// Whether a token ends with the byte.
    private let startsAtRoot: FixedTable<Bool>
    private let lengths: [Int]

    /// How many bytes all tokens may have together: the nodes are values of a ``PairTable``.
    static let maximumBytes = Int(PairTable.maximumValue)

    /// - Parameter tokens: none empty, no two equal, together at most ``maximumBytes``.
    init(_ tokens: [[UInt8]]) {
        lengths = tokens.map(\.count)
        var childOf: [UInt64: Int32] = [:]
        var parents: [(node: Int32, byte: UInt8)] = [(0, 0)]
        var found: [Int32] = [-1]
        var startsAtRoot = [Bool](repeating: false, count: 256)
        for (index, token) in tokens.enumerated() {
            var node: Int32 = 0
            for byte in token.reversed() {
                if node == 0 { startsAtRoot[Int(byte)] = true }
                let key = Self.key(node, byte)
                if let child = childOf[key] {
                    node = child
                } else {
                    let child = Int32(truncatingIfNeeded: parents.count)
                    childOf[key] = child
                    parents.append((node, byte))
                    found.append(-1)
                    node = child
                }
            }
            found[Int(node)] = Int32(truncatingIfNeeded: index)
        }
        // Nodes in order of depth, so that the fallback of a parent is known before it is needed.
        var byDepth = [[Int]]()
        var depths = [Int](repeating: 0, count: parents.count)
        for node in parents.indices.dropFirst() {
            depths[node] = depths[Int(parents[node].node)] + 1
            if byDepth.count < depths[node] { byDepth.append([]) }
            byDepth[depths[node] - 1].append(node)
        }
        var fallbacks = [Int32](repeating: 0, count: parents.count)
        for node in byDepth.joined() where depths[node] > 1 {
            let (parent, byte) = parents[node]
            var candidate = parent
            repeat {
                candidate = fallbacks[Int(candidate)]
                if let child = childOf[Self.key(candidate, byte)] {
                    fallbacks[node] = child
                    break
                }
            } while candidate != 0
            if found[node] < 0 { found[node] = found[Int(fallbacks[node])] }
        }
        var builder = PairTable.Builder(capacity: childOf.count)
        for (key, child) in childOf { _ = builder.insert(key, child) }
        children = builder.table()
        self.fallbacks = FixedTable(fallbacks)
        self.found = FixedTable(found)
        self.startsAtRoot = FixedTable(startsAtRoot)
    }

    /// The matches within `range`, leftmost first and longest first, none overlapping another.
    func matches(in bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> [Match] {
        var candidates: [Match] = []
        var node: Int32 = 0
        let startsAtRoot = startsAtRoot.pointer
        for place in range.reversed() {
            let byte = bytes[place]
            if node == 0, !startsAtRoot[Int(byte)] { continue }
            var child = children[Self.key(node, byte)]
            while child < 0, node != 0 {
                node = fallbacks.pointer[Int(node)]
                child = children[Self.key(node, byte)]
            }
            node = max(child, 0)
            let index = Int(found.pointer[Int(node)])
            if index >= 0 { candidates.append(Match(range: place..<place + lengths[index], index: index)) }
        }
        var end = range.lowerBound
        return candidates.reversed().filter { match in
            guard match.range.lowerBound >= end else { return false }
            end = match.range.upperBound
            return true
        }
    }

    private static func key(_ node: Int32, _ byte: UInt8) -> UInt64 {
        UInt64(UInt32(bitPattern: node)) << 8 | UInt64(byte)
    }
}

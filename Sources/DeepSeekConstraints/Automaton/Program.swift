/// A grammar as a network of nodes: edges read a byte, read nothing, or read what a rule describes.
struct Program: Sendable {
    struct Edge: Sendable {
        enum Kind: UInt8, Sendable {
            case bytes
            case empty
            case call
        }

        var kind: Kind
        /// The bytes, of ``Kind/bytes``.
        var low: UInt8 = 0
        var high: UInt8 = 0
        /// Where to go on; after a call, when the rule has ended.
        var target: Int32
        /// Of ``Kind/call``.
        var rule: Int32 = 0
    }

    /// The edges of node n are `edges[firstEdge[n]..<firstEdge[n + 1]]`.
    let edges: [Edge]
    let firstEdge: [Int32]
    /// By rule.
    let starts: [Int32]
    let ends: [Int32]
    let isEnd: [Bool]
    /// Nodes from which nothing but the end of the rule can be reached: nobody has to return to them.
    let isReturn: [Bool]
    /// Bytes that no edge tells apart have one class.
    let classOfByte: [UInt8]
    let byteOfClass: [UInt8]

    var nodeCount: Int { isEnd.count }
    var classCount: Int { byteOfClass.count }

    func edges(of node: Int32) -> ArraySlice<Edge> {
        edges[Int(firstEdge[Int(node)])..<Int(firstEdge[Int(node) + 1])]
    }

    /// - Parameter edges: by node.
    init(edges: [(source: Int32, edge: Edge)], nodeCount: Int, starts: [Int32], ends: [Int32]) {
        self.starts = starts
        self.ends = ends
        var isEnd = [Bool](repeating: false, count: nodeCount)
        for end in ends { isEnd[Int(end)] = true }
        self.isEnd = isEnd

        var first = [Int32](repeating: 0, count: nodeCount + 1)
        for (source, _) in edges { first[Int(source) + 1] += 1 }
        for node in 0..<nodeCount { first[node + 1] += first[node] }
        var sorted = [Edge](repeating: Edge(kind: .empty, target: 0), count: edges.count)
        var next = first
        for (source, edge) in edges {
            sorted[Int(next[Int(source)])] = edge
            next[Int(source)] += 1
        }
        self.edges = sorted
        firstEdge = first
        isReturn = Self.returns(isEnd, sorted, first)
        (classOfByte, byteOfClass) = Self.classes(sorted)
    }

    private static func returns(_ isEnd: [Bool], _ edges: [Edge], _ first: [Int32]) -> [Bool] {
        var isReturn = isEnd
        // Builders make the ends of chains first or last; a few passes find chains of any order that occurs.
        for _ in 0..<4 {
            for node in isEnd.indices where !isReturn[node] && first[node + 1] - first[node] == 1 {
                let edge = edges[Int(first[node])]
                isReturn[node] = edge.kind == .empty && isReturn[Int(edge.target)]
            }
        }
        return isReturn
    }

    private static func classes(_ edges: [Edge]) -> (ofByte: [UInt8], byte: [UInt8]) {
        var begins = [Bool](repeating: false, count: 257)
        begins[0] = true
        for edge in edges where edge.kind == .bytes {
            begins[Int(edge.low)] = true
            begins[Int(edge.high) + 1] = true
        }
        var ofByte: [UInt8] = []
        var bytes: [UInt8] = []
        for byte in 0..<256 {
            if begins[byte] { bytes.append(UInt8(byte)) }
            ofByte.append(UInt8(bytes.count - 1))
        }
        return (ofByte, bytes)
    }
}

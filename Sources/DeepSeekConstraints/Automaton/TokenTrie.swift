import DeepSeekTokenizer
import Foundation

/// The tokens of a vocabulary by their bytes: special tokens, and identifiers without bytes, are left out.
package final class TokenTrie: Sendable {
    /// A beginning of tokens, in the order in which all are met when each is followed to its ends before the next.
    struct Node: BitwiseCopyable {
        /// The first node that does not begin with this one's bytes.
        var end: Int32
        /// Into ``tokens``; those of this node end where the next node's begin.
        var firstToken: Int32
        /// From 1.
        var depth: UInt16
        var byte: UInt8
    }

    /// One more than there are, for the end of the last one's tokens.
    let nodes: [Node]
    let tokens: [Int32]
    let maximumDepth: Int
    /// Logits of a row.
    package let vocabularySize: Int
    /// Whether a byte is a token of its own.
    let isAvailable: [Bool]
    private let arena: [UInt8]
    private let places: [Int32]

    /// Bytes of a longer token are not looked at: no text is written with it.
    private static let longestToken = 1_024

    /// - Parameter vocabularySize: logits of a row; tokens from there on cannot be chosen.
    package init(_ tokenizer: Tokenizer, vocabularySize: Int) {
        self.vocabularySize = vocabularySize
        var arena: [UInt8] = []
        var places: [Int32] = [0]
        var ids: [Int32] = []
        var isAvailable = [Bool](repeating: false, count: 256)
        for id in 0..<Int32(truncatingIfNeeded: min(vocabularySize, tokenizer.vocabularySize)) {
            if !tokenizer.isSpecial(id), let bytes = tokenizer.bytes(of: id), bytes.count <= Self.longestToken {
                if !bytes.isEmpty { ids.append(id) }
                if bytes.count == 1 { isAvailable[Int(bytes[0])] = true }
                arena.append(contentsOf: bytes)
            }
            places.append(Int32(truncatingIfNeeded: arena.count))
        }
        func bytes(_ id: Int32) -> Range<Int> { Int(places[Int(id)])..<Int(places[Int(id) + 1]) }
        arena.withUnsafeBufferPointer { arena in
            guard let base = arena.baseAddress else { return }
            ids.sort { first, second in
                let (a, b) = (bytes(first), bytes(second))
                let order = memcmp(base + a.lowerBound, base + b.lowerBound, min(a.count, b.count))
                return order != 0 ? order < 0 : a.count != b.count ? a.count < b.count : first < second
            }
        }
        var nodes: [Node] = []
        var open: [Int] = []
        for (index, id) in ids.enumerated() {
            let range = bytes(id)
            var shared = 0
            while shared < open.count, shared < range.count,
                nodes[open[shared]].byte == arena[range.lowerBound + shared]
            { shared += 1 }
            while open.count > shared { nodes[open.removeLast()].end = Int32(truncatingIfNeeded: nodes.count) }
            while open.count < range.count {
                let byte = arena[range.lowerBound + open.count]
                open.append(nodes.count)
                nodes.append(
                    Node(
                        end: 0, firstToken: Int32(truncatingIfNeeded: index),
                        depth: UInt16(truncatingIfNeeded: open.count), byte: byte))
            }
        }
        for node in open { nodes[node].end = Int32(truncatingIfNeeded: nodes.count) }
        nodes.append(Node(end: 0, firstToken: Int32(truncatingIfNeeded: ids.count), depth: 0, byte: 0))
        maximumDepth = nodes.reduce(0) { max($0, Int($1.depth)) }
        self.nodes = nodes
        tokens = ids
        self.arena = arena
        self.places = places
        self.isAvailable = isAvailable
    }

    /// The bytes of a token; none for a special one.
    func bytes(of token: Int32) -> ArraySlice<UInt8> {
        guard (0..<places.count - 1).contains(Int(token)) else { return [] }
        return arena[Int(places[Int(token)])..<Int(places[Int(token) + 1])]
    }
}

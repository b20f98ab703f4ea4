import DeepSeekJSON

/// The tokens of a model: the bytes of each, and the identifier of given bytes.
struct Vocabulary: Sendable {
    /// Larger than any published vocabulary; small enough for tables over all identifiers, and for ``PairTable``.
    static let maximumID = 1 << 21 - 2

    /// The bytes of all tokens, one after the other.
    private var arena: [UInt8] = []
    /// Where a token's bytes lie in the arena; `length` is negative for identifiers that no token has.
    private struct Place {
        var start = 0
        var length: Int32 = -1
        var isLiteral = false
    }

    private var places: [Place] = []
    /// Identifiers by the hash of their bytes, in the lower bits; above them a part of the hash, which spares most looks
    /// at other tokens' bytes. A power of two, at most half full.
    private var slots: [UInt32]
    private static let free = UInt32.max
    /// Holds ``maximumID``, and never ``free``.
    private static let idBits: UInt32 = 1 << 21 - 1
    /// Tokens not written in the byte alphabet: no text is encoded to them, except as added tokens.
    private var literals: [[UInt8]: TokenID] = [:]

    init(capacity: Int) {
        let bits = max(4, Int.bitWidth - (2 * capacity).leadingZeroBitCount)
        slots = [UInt32](repeating: Self.free, count: 1 << bits)
        places.reserveCapacity(capacity)
        arena.reserveCapacity(capacity * 8)
    }

    /// One more than the largest identifier.
    var endID: Int { places.count }

    /// Adds a token written in the byte alphabet (or, failing that, literally).
    ///
    /// - Precondition: `id` is at most ``maximumID``, and no more tokens are added than the capacity.
    /// - Returns: false if the token or the identifier is taken.
    mutating func insert(spelling: UnsafeBufferPointer<UInt8>, id: TokenID) -> Bool {
        let start = arena.count
        let isLiteral = !ByteAlphabet.decode(spelling, into: &arena)
        if isLiteral { arena.append(contentsOf: spelling) }
        guard place(id, from: start, isLiteral: isLiteral) else { return false }
        if isLiteral { return literals.updateValue(id, forKey: Array(spelling)) == nil }
        let (slot, tag) = arena.withUnsafeBufferPointer { self.slot(of: UnsafeBufferPointer(rebasing: $0[start...])) }
        guard slots[slot] == Self.free else { return false }
        slots[slot] = tag | UInt32(truncatingIfNeeded: id)
        return true
    }

    /// Gives an identifier literal bytes, replacing what it had: for added tokens.
    mutating func setLiteral(_ bytes: [UInt8], id: TokenID) {
        let start = arena.count
        arena.append(contentsOf: bytes)
        if Int(id) < places.count { places[Int(id)].length = -1 }
        _ = place(id, from: start, isLiteral: true)
    }

    private mutating func place(_ id: TokenID, from start: Int, isLiteral: Bool) -> Bool {
        let index = Int(id)
        while places.count <= index { places.append(Place()) }
        guard places[index].length < 0 else { return false }
        places[index] = Place(
            start: start, length: Int32(truncatingIfNeeded: arena.count - start), isLiteral: isLiteral)
        return true
    }

    /// The token that the model has for these bytes.
    func id(ofBytes bytes: UnsafeBufferPointer<UInt8>) -> TokenID? {
        let found = slots[slot(of: bytes).slot]
        return found == Self.free ? nil : TokenID(truncatingIfNeeded: found & Self.idBits)
    }

    /// Whether a token is written in the byte alphabet and stands for these bytes.
    func isMade(_ id: TokenID, of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard places.indices.contains(Int(id)) else { return false }
        let place = places[Int(id)]
        return !place.isLiteral && Int(place.length) == bytes.count && holds(place.start, bytes)
    }

    /// The token written so in the file.
    func id(spelling: UnsafeBufferPointer<UInt8>, scratch: inout [UInt8]) -> TokenID? {
        scratch.removeAll(keepingCapacity: true)
        guard ByteAlphabet.decode(spelling, into: &scratch) else { return literals[Array(spelling)] }
        return scratch.withUnsafeBufferPointer { id(ofBytes: $0) }
    }

    /// Calls `body` with the bytes of a token; nil for an identifier that no token has.
    func withBytes<Result>(of id: TokenID, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard places.indices.contains(Int(id)), places[Int(id)].length >= 0 else { return nil }
        let place = places[Int(id)]
        return arena.withUnsafeBufferPointer {
            body(UnsafeBufferPointer(rebasing: $0[place.start..<place.start + Int(place.length)]))
        }
    }

    /// The slot that holds the bytes, or the free one where they belong, and the part of their hash that lies in it.
    private func slot(of bytes: UnsafeBufferPointer<UInt8>) -> (slot: Int, tag: UInt32) {
        let hash = ByteHash.hash(bytes)
        let tag = hash & ~Self.idBits
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != Self.free {
            if slots[slot] & ~Self.idBits == tag {
                let place = places[Int(slots[slot] & Self.idBits)]
                if Int(place.length) == bytes.count, holds(place.start, bytes) { break }
            }
            slot = (slot + 1) & mask
        }
        return (slot, tag)
    }

    private func holds(_ start: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in bytes.indices where arena[start + index] != bytes[index] { return false }
        return true
    }
}

/// Remembers the tokens of short words: a fixed number of slots of one cache line each, nothing allocated per word.
///
/// A word has two slots it may lie in; a new one takes the first and moves what it finds there to the second.
///
/// Plain memory that its owner must release, so that looking a word up counts no references.
struct WordCache: BitwiseCopyable {
    static let maximumWordLength = 16
    static let maximumTokens = 11

    private static let slotBits = 15
    private static let slotSize = 64
    // Of a slot: the word padded with zeros (16 bytes), its length, the number of tokens, two unused bytes, the tokens.
    private static let lengthOffset = 16
    private static let countOffset = 17
    private static let tokensOffset = 20

    private let memory: UnsafeMutableRawPointer

    init() {
        memory = .allocate(byteCount: Self.slotSize << Self.slotBits, alignment: Self.slotSize)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.slotSize << Self.slotBits)
    }

    func deallocate() { memory.deallocate() }

    /// A word of 1 to 16 bytes as two integers.
    struct Key {
        let low: UInt64
        let high: UInt64
        let length: UInt8

        /// Reads 16 bytes, whatever the length.
        @inline(__always)
        init(_ word: UnsafePointer<UInt8>, count: Int) {
            let raw = UnsafeRawPointer(word)
            let first = raw.loadUnaligned(as: UInt64.self).littleEndian
            let second = raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
            let bits = UInt64(truncatingIfNeeded: count) &* 8
            // Smart shifts: by 64 and more they give 0.
            low = first & ~(~0 << bits)
            high = bits > 64 ? second & ~(~0 << (bits - 64)) : 0
            length = UInt8(truncatingIfNeeded: count)
        }

        @inline(__always)
        var slot: Int {
            var hash = (low ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
            hash = (hash ^ (hash >> 32) ^ high) &* 0xD6E8_FEB8_6659_FD93
            return Int(truncatingIfNeeded: hash >> UInt64(64 - WordCache.slotBits))
        }
    }

    /// The tokens of a word, valid until something is stored; nil if it is not here.
    @inline(__always)
    func tokens(of key: Key) -> UnsafeBufferPointer<TokenID>? {
        let slot = key.slot
        guard let entry = entry(slot, key) ?? entry(slot ^ 1, key) else { return nil }
        let tokens = UnsafePointer((entry + Self.tokensOffset).assumingMemoryBound(to: TokenID.self))
        return UnsafeBufferPointer(
            start: tokens, count: Int(entry.load(fromByteOffset: Self.countOffset, as: UInt8.self)))
    }

    @inline(__always)
    private func entry(_ slot: Int, _ key: Key) -> UnsafeMutableRawPointer? {
        let entry = memory + slot &* Self.slotSize
        let isSame =
            entry.load(as: UInt64.self) == key.low && entry.load(fromByteOffset: 8, as: UInt64.self) == key.high
            && entry.load(fromByteOffset: Self.lengthOffset, as: UInt8.self) == key.length
        return isSame ? entry : nil
    }

    func store(_ key: Key, _ tokens: UnsafePointer<TokenID>, count: Int) {
        guard count <= Self.maximumTokens else { return }
        let first = memory + key.slot * Self.slotSize
        (memory + (key.slot ^ 1) * Self.slotSize).copyMemory(from: first, byteCount: Self.slotSize)
        first.storeBytes(of: key.low, as: UInt64.self)
        first.storeBytes(of: key.high, toByteOffset: 8, as: UInt64.self)
        first.storeBytes(of: key.length, toByteOffset: Self.lengthOffset, as: UInt8.self)
        first.storeBytes(of: UInt8(truncatingIfNeeded: count), toByteOffset: Self.countOffset, as: UInt8.self)
        (first + Self.tokensOffset).copyMemory(from: tokens, byteCount: count * MemoryLayout<TokenID>.size)
    }
}

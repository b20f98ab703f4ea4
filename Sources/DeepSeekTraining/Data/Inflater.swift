/// Unpacks DEFLATE data (RFC 1951) from memory, handing out text as it comes. Every offset that the data names is
/// checked.
struct Inflater {
    struct Fault: Error {
        let reason: String
    }

    private let input: UnsafeRawBufferPointer
    private(set) var position: Int
    private var bits: UInt64 = 0
    private var bitCount = 0
    /// What was unpacked, of which the last 32 KB can be referred to.
    private var output: [UInt8] = []
    private let flush: (UnsafeRawBufferPointer) throws -> Void
    /// How much of `output` has been handed out.
    private var handedOut = 0

    private static let window = 32_768
    private static let flushSize = 1 << 20

    init(_ input: UnsafeRawBufferPointer, from position: Int, flush: @escaping (UnsafeRawBufferPointer) throws -> Void)
    {
        self.input = input
        self.position = position
        self.flush = flush
        output.reserveCapacity(Self.flushSize + 2 * Self.window)
    }

    /// Unpacks one stream to its end; `position` is then the first byte behind it.
    mutating func run() throws {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try copyStored()
            case 1: try unpack(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try readTables()
                try unpack(literals, distances)
            default: throw Fault(reason: "a block of a kind that does not exist")
            }
        }
        try handOut()
        position -= bitCount / 8
    }

    private mutating func handOut() throws {
        try output.withUnsafeBytes { try flush(UnsafeRawBufferPointer(rebasing: $0[handedOut...])) }
        if output.count > Self.window { output.removeFirst(output.count - Self.window) }
        handedOut = output.count
    }

    private mutating func refill() {
        while bitCount <= 56, position < input.count {
            bits |= UInt64(input[position]) << UInt64(bitCount)
            bitCount += 8
            position += 1
        }
    }

    private mutating func take(_ count: Int) throws -> Int {
        if bitCount < count { refill() }
        guard bitCount >= count else { throw Fault(reason: "it ends too early") }
        let value = Int(bits & (1 << UInt64(count) - 1))
        bits >>= UInt64(count)
        bitCount -= count
        return value
    }

    private mutating func copyStored() throws {
        _ = try take(bitCount % 8)
        let count = try take(16)
        guard try take(16) == ~count & 0xFFFF else { throw Fault(reason: "a stored block with a wrong length") }
        position -= bitCount / 8
        (bits, bitCount) = (0, 0)
        guard count <= input.count - position else { throw Fault(reason: "it ends too early") }
        output.append(contentsOf: input[position..<position + count])
        position += count
        if output.count > Self.flushSize { try handOut() }
    }

    private mutating func symbol(_ table: HuffmanTable) throws -> Int {
        if bitCount < HuffmanTable.maximumLength { refill() }
        let entry = table.entry(Int(truncatingIfNeeded: bits))
        guard entry.length > 0, entry.length <= bitCount else {
            throw Fault(
                reason: bitCount < HuffmanTable.maximumLength ? "it ends too early" : "a code that does not exist")
        }
        bits >>= UInt64(entry.length)
        bitCount -= entry.length
        return entry.symbol
    }

    private mutating func unpack(_ literals: HuffmanTable, _ distances: HuffmanTable) throws {
        while true {
            let symbol = try symbol(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return
            } else {
                try copyMatch(symbol - 257, distances)
            }
            if output.count > Self.flushSize { try handOut() }
        }
    }

    private mutating func copyMatch(_ lengthCode: Int, _ distances: HuffmanTable) throws {
        guard lengthCode < Self.lengths.count else { throw Fault(reason: "a length that does not exist") }
        let length = Self.lengths[lengthCode].base + (try take(Self.lengths[lengthCode].extra))
        let code = try symbol(distances)
        guard code < Self.distances.count else { throw Fault(reason: "a distance that does not exist") }
        let distance = Self.distances[code].base + (try take(Self.distances[code].extra))
        guard distance <= output.count else { throw Fault(reason: "a distance beyond the start") }
        let start = output.count - distance
        for index in 0..<length { output.append(output[start + index]) }
    }

    private mutating func readTables() throws -> (HuffmanTable, HuffmanTable) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let codeCount = try take(4) + 4
        var codeLengths = [UInt8](repeating: 0, count: 19)
        for index in 0..<codeCount { codeLengths[Self.codeOrder[index]] = UInt8(try take(3)) }
        let codes = try HuffmanTable(codeLengths)
        var lengths: [UInt8] = []
        while lengths.count < literalCount + distanceCount {
            let symbol = try symbol(codes)
            switch symbol {
            case 0..<16: lengths.append(UInt8(symbol))
            case 16:
                guard let last = lengths.last else { throw Fault(reason: "a repetition of nothing") }
                lengths += [UInt8](repeating: last, count: try take(2) + 3)
            case 17: lengths += [UInt8](repeating: 0, count: try take(3) + 3)
            default: lengths += [UInt8](repeating: 0, count: try take(7) + 11)
            }
        }
        guard lengths.count == literalCount + distanceCount else { throw Fault(reason: "too many code lengths") }
        return (
            try HuffmanTable(Array(lengths[..<literalCount])), try HuffmanTable(Array(lengths[literalCount...]))
        )
    }

    private static let codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let lengths: [(base: Int, extra: Int)] = {
        var list: [(Int, Int)] = (3...10).map { ($0, 0) }
        for extra in 1...5 { for step in 0..<4 { list.append((3 + (4 + step) << extra, extra)) } }
        return list + [(258, 0)]
    }()
    private static let distances: [(base: Int, extra: Int)] =
        (1...4).map { ($0, 0) } + (1...13).flatMap { extra in (0..<2).map { (1 + (2 + $0) << extra, extra) } }
    private static let fixedLiterals = HuffmanTable(
        complete: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = HuffmanTable(complete: [UInt8](repeating: 5, count: 32))
}

/// A canonical Huffman code as a table over the next 15 bits.
struct HuffmanTable {
    static let maximumLength = 15

    /// Symbol and length in one number; 0 where no code begins.
    private var entries: [UInt16]
    private let width: Int

    func entry(_ bits: Int) -> (symbol: Int, length: Int) {
        let entry = Int(entries[bits & (1 << width - 1)])
        return (entry >> 4, entry & 15)
    }

    /// - Parameter lengths: of each symbol's code, up to 15; 0 for a symbol that has none.
    /// - Throws: when there are more codes than fit.
    init(_ lengths: [UInt8]) throws {
        var counts = [Int](repeating: 0, count: Self.maximumLength + 1)
        for length in lengths where length > 0 { counts[Int(length)] += 1 }
        var room = 1
        for length in 1...Self.maximumLength {
            room = room * 2 - counts[length]
            guard room >= 0 else { throw Inflater.Fault(reason: "a code that is not one") }
        }
        self.init(complete: lengths)
    }

    /// - Parameter lengths: of a code that is known to be one.
    init(complete lengths: [UInt8]) {
        width = Int(max(lengths.max() ?? 0, 1))
        entries = [UInt16](repeating: 0, count: 1 << width)
        var code = 0
        for length in 1...width {
            for (symbol, own) in lengths.enumerated() where Int(own) == length {
                // Codes come with their first bit lowest.
                var reversed = 0
                for bit in 0..<length where code >> bit & 1 == 1 { reversed |= 1 << (length - 1 - bit) }
                for index in stride(from: reversed, to: 1 << width, by: 1 << length) {
                    entries[index] = UInt16(symbol << 4 | length)
                }
                code += 1
            }
            code <<= 1
        }
    }
}

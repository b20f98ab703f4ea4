import Foundation

/// Turns the bytes of a terminal in raw mode into keys.
package struct KeyReader {
    /// The next byte; nil at the end of input.
    let nextByte: () -> UInt8?
    /// Whether a byte is waiting, for telling the Escape key from the start of a sequence.
    let isByteWaiting: () -> Bool
    /// Read already, and the start of the next key.
    private var heldByte: UInt8?

    package init(nextByte: @escaping () -> UInt8?, isByteWaiting: @escaping () -> Bool) {
        self.nextByte = nextByte
        self.isByteWaiting = isByteWaiting
    }

    /// Nil for a key without a meaning here.
    package mutating func next() -> LineBuffer.Key? {
        guard let byte = heldByte ?? nextByte() else { return .endOfInput }
        heldByte = nil
        switch byte {
        case 0x01: return .home
        case 0x02: return .left
        case 0x03: return .interrupt
        case 0x04: return .deleteOrEnd
        case 0x05: return .end
        case 0x06: return .right
        case 0x08, 0x7F: return .backspace
        case 0x0A, 0x0D: return .enter
        case 0x0B: return .deleteToEnd
        case 0x0C: return .clearScreen
        case 0x0E: return .down
        case 0x10: return .up
        case 0x15: return .deleteToStart
        case 0x17: return .deleteWord
        case 0x1B: return escape()
        case 0x09: return .text("    ")
        case 0..<0x20: return nil
        default: return text(first: byte)
        }
    }

    /// One scalar of UTF-8; U+FFFD for what is not UTF-8.
    private mutating func text(first: UInt8) -> LineBuffer.Key? {
        var bytes = [first]
        for _ in 0..<continuations(of: first) {
            guard let byte = nextByte() else { break }
            guard byte & 0xC0 == 0x80 else {
                // A terminal that is not set to UTF-8: the key after the letter must not be swallowed.
                heldByte = byte
                break
            }
            bytes.append(byte)
        }
        return .text(String(decoding: bytes, as: UTF8.self))
    }

    private func continuations(of byte: UInt8) -> Int {
        switch byte {
        case 0xC0..<0xE0: 1
        case 0xE0..<0xF0: 2
        case 0xF0...0xF7: 3
        default: 0
        }
    }

    private func escape() -> LineBuffer.Key? {
        guard isByteWaiting(), let kind = nextByte() else { return nil }
        if kind == UInt8(ascii: "b") { return .wordLeft }
        if kind == UInt8(ascii: "f") { return .wordRight }
        guard kind == UInt8(ascii: "[") || kind == UInt8(ascii: "O") else { return nil }
        var parameters = ""
        while let byte = nextByte() {
            if (0x40...0x7E).contains(byte) { return sequence(parameters, final: byte) }
            parameters.unicodeScalars.append(Unicode.Scalar(byte))
            if parameters.count > 16 { return nil }
        }
        return nil
    }

    private func sequence(_ parameters: String, final: UInt8) -> LineBuffer.Key? {
        let isWord = parameters.hasSuffix(";5") || parameters.hasSuffix(";3")
        switch final {
        case UInt8(ascii: "A"): return .up
        case UInt8(ascii: "B"): return .down
        case UInt8(ascii: "C"): return isWord ? .wordRight : .right
        case UInt8(ascii: "D"): return isWord ? .wordLeft : .left
        case UInt8(ascii: "H"): return .home
        case UInt8(ascii: "F"): return .end
        case UInt8(ascii: "~"):
            switch parameters {
            case "1", "7": return .home
            case "4", "8": return .end
            case "3": return .delete
            default: return nil
            }
        default: return nil
        }
    }
}

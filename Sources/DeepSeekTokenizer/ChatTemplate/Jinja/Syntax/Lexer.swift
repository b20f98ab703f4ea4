/// Cuts a template into tokens, with the white space rules of `trim_blocks` and `lstrip_blocks`.
struct Lexer {
    var source: [UInt8]
    var position = 0
    var line = 1
    var tokens: [Token] = []
    /// Whether the last tag took a line break with it, so that what follows starts a line.
    private var isLineStart = true

    static func tokens(of source: String) throws(LocatedFault) -> [Token] {
        var lexer = Lexer(source: unifiedLines(source))
        do throws(TemplateFault) { try lexer.run() } catch { throw LocatedFault(fault: error, line: lexer.line) }
        return lexer.tokens
    }

    private init(source: [UInt8]) { self.source = source }

    /// Every line break becomes a line feed, and one at the very end is dropped.
    private static func unifiedLines(_ source: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(source.utf8.count)
        var afterReturn = false
        for byte in source.utf8 {
            if byte == 0x0D {
                bytes.append(0x0A)
            } else if byte != 0x0A || !afterReturn {
                bytes.append(byte)
            }
            afterReturn = byte == 0x0D
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        return bytes
    }

    private mutating func run() throws(TemplateFault) {
        while position < source.count {
            let start = position
            guard let tag = nextTag(from: start) else {
                append(data: start..<source.count)
                position = source.count
                break
            }
            let kind = source[tag + 1]
            position = tag + 2
            let sign = takeSign()
            emitData(start..<tag, before: kind, sign)
            switch kind {
            case UInt8(ascii: "#"): try skipComment()
            case UInt8(ascii: "{"):
                emit(.variableBegin)
                try lexExpression(until: .variableEnd)
            default:
                if try takeRawBlock() { continue }
                emit(.blockBegin)
                try lexExpression(until: .blockEnd)
            }
        }
        emit(.end)
    }

    private func nextTag(from start: Int) -> Int? {
        var place = start
        while place + 1 < source.count {
            if source[place] == UInt8(ascii: "{"), "{%#".utf8.contains(source[place + 1]) { return place }
            place += 1
        }
        return nil
    }

    /// The `-` or `+` directly after a tag's opening, or 0.
    private mutating func takeSign() -> UInt8 {
        guard position < source.count, "-+".utf8.contains(source[position]) else { return 0 }
        position += 1
        return source[position - 1]
    }

    /// The text before a tag, without the white space that the tag takes away.
    private mutating func emitData(_ range: Range<Int>, before kind: UInt8, _ sign: UInt8) {
        var end = range.upperBound
        if sign == UInt8(ascii: "-") {
            end =
                range.lowerBound
                + Text(bytes: Array(source[range]), .template).stripped(left: false, right: true, of: nil).count
        } else if sign == 0, kind != UInt8(ascii: "{") {
            let lineStart = source[range].lastIndex(of: 0x0A).map { $0 + 1 } ?? range.lowerBound
            let indentation = Text(bytes: Array(source[lineStart..<end]), .template)
            if lineStart > range.lowerBound || isLineStart,
                indentation.stripped(left: true, right: false, of: nil).isEmpty
            {
                end = lineStart
            }
        }
        append(data: range.lowerBound..<end)
        countLines(end..<range.upperBound)
    }

    private mutating func append(data range: Range<Int>) {
        if !range.isEmpty { emit(.data(Text(bytes: Array(source[range]), .template))) }
        countLines(range)
    }

    mutating func emit(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    mutating func countLines(_ range: Range<Int>) {
        for byte in source[range] where byte == 0x0A { line += 1 }
    }

    /// Moves past the end of a tag: `-` takes all white space after it, and a block's end the line break unless `+`.
    mutating func finishTag(_ sign: UInt8, trimsLine: Bool) {
        let start = position
        if sign == UInt8(ascii: "-") {
            let rest = Text(bytes: Array(source[position..<endOfWhiteSpace(position)]), .template)
            position += rest.count - rest.stripped(left: true, right: false, of: nil).count
        } else if trimsLine, sign == 0, position < source.count, source[position] == 0x0A {
            position += 1
        }
        isLineStart = position > start && source[position - 1] == 0x0A
        countLines(start..<position)
    }

    /// A place at or after the end of the white space that starts here: non-ASCII bytes may be white space.
    private func endOfWhiteSpace(_ start: Int) -> Int {
        source[start...].firstIndex { $0 > 0x20 && $0 < 0x80 } ?? source.count
    }

    func startsWith(_ text: StaticString, at offset: Int) -> Bool {
        guard offset + text.utf8CodeUnitCount <= source.count else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { source[offset + $0] == text.utf8Start[$0] }
    }

    private mutating func skipComment() throws(TemplateFault) {
        var place = position
        while !startsWith("#}", at: place) {
            guard place < source.count else { throw TemplateFault(.syntax, "the end '#}' of this comment is missing") }
            place += 1
        }
        let before = place > position ? source[place - 1] : 0
        let sign: UInt8 = "-+".utf8.contains(before) ? before : 0
        countLines(position..<place)
        position = place + 2
        finishTag(sign, trimsLine: true)
    }

    /// `{% raw %}` up to `{% endraw %}` as data.
    private mutating func takeRawBlock() throws(TemplateFault) -> Bool {
        guard let (begin, beginSign) = keyword("raw", at: position) else { return false }
        position = begin
        finishTag(beginSign, trimsLine: false)
        let start = position
        var place = position
        while place < source.count {
            guard startsWith("{%", at: place) else {
                place += 1
                continue
            }
            let hasSign = place + 2 < source.count && "-+".utf8.contains(source[place + 2])
            if let (end, endSign) = keyword("endraw", at: place + (hasSign ? 3 : 2)) {
                emitData(start..<place, before: UInt8(ascii: "%"), hasSign ? source[place + 2] : 0)
                position = end
                finishTag(endSign, trimsLine: true)
                return true
            }
            place += 1
        }
        throw TemplateFault(.syntax, "the '{% endraw %}' of this raw block is missing")
    }

    /// The offset after `word %}` and the sign before `%}`, when that is what stands here.
    private func keyword(_ word: StaticString, at offset: Int) -> (end: Int, sign: UInt8)? {
        var place = offset
        while place < source.count, isSpace(source[place]) { place += 1 }
        guard startsWith(word, at: place) else { return nil }
        place += word.utf8CodeUnitCount
        while place < source.count, isSpace(source[place]) { place += 1 }
        var sign: UInt8 = 0
        if place < source.count, "-+".utf8.contains(source[place]) {
            sign = source[place]
            place += 1
        }
        return startsWith("%}", at: place) ? (place + 2, sign) : nil
    }

    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

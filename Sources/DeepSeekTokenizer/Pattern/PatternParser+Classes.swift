/// Character classes and escapes.
extension PatternParser {
    /// An escape outside brackets; the backslash has been read.
    mutating func escape(from start: Int) throws(TokenizerError) -> PatternNode {
        switch peek {
        case "z" where dialect == .tokenizer:
            position += 1
            return .lookahead(.set(.all), isNegative: true)
        case "Z" where dialect == .tokenizer:
            position += 1
            let end = PatternNode.lookahead(.set(.all), isNegative: true)
            return .lookahead(.alternatives([.sequence([.set(ScalarSet("\n")), end]), end]), isNegative: false)
        default: return .set(cased(try escapedSet(from: start)))
        }
    }

    /// What stands after `[`, up to and with its `]`: members, ranges, nested classes, and intersections by `&&`.
    mutating func bracketed() throws(TokenizerError) -> ScalarSet {
        let start = position - 1
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maximumDepth else {
            throw unsupported("classes nested more than \(Self.maximumDepth) deep")
        }
        if peek == ":", dialect == .tokenizer { throw unsupported("a POSIX bracket such as [:alpha:]") }
        let isNegated = take("^")
        let outer = readsWide
        readsWide = isNegated
        defer { readsWide = outer }
        var intersected: ScalarSet?
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        func combined() -> ScalarSet {
            let set = ScalarSet(ranges)
            return intersected?.intersection(set) ?? set
        }
        while true {
            guard let scalar = peek else {
                position = start
                throw invalid("a class has no ']'")
            }
            if scalar == "]" {
                if !isFirst { break }
                if dialect == .output { throw unsupported("a class that begins with ']'; put \\ before it, which") }
            }
            isFirst = false
            if scalar == "&", position + 1 < scalars.count, scalars[position + 1] == "&" {
                if dialect == .output { throw unsupported("'&&' in a class") }
                position += 2
                intersected = combined()
                ranges = []
                continue
            }
            ranges += try classItem().ranges
        }
        position += 1
        let set = cased(combined())
        return isNegated ? set.inverted() : set
    }

    /// One member, or a range of two.
    private mutating func classItem() throws(TokenizerError) -> ScalarSet {
        let start = position
        let low = try classMember()
        guard low.count == 1, peek == "-", position + 1 < scalars.count, scalars[position + 1] != "]",
            let lower = low.ranges.first?.lowerBound
        else { return low }
        position += 1
        let high = try classMember()
        guard high.count == 1, let upper = high.ranges.first?.lowerBound, lower <= upper else {
            position = start
            throw invalid("a range in a class must go from a character to a later one")
        }
        return ScalarSet([lower...upper])
    }

    private mutating func classMember() throws(TokenizerError) -> ScalarSet {
        let start = position
        switch try next() {
        case "[" where dialect == .tokenizer: return try bracketed()
        case "\\": return try escapedSet(from: start)
        case let scalar: return ScalarSet(scalar)
        }
    }

    /// An escape that stands for a set of scalars; the backslash has been read.
    private mutating func escapedSet(from start: Int) throws(TokenizerError) -> ScalarSet {
        let letter = try next()
        if dialect == .output {
            if let set = AgreedClasses.set(of: letter, isWide: readsWide) { return set }
            if "hHae".unicodeScalars.contains(letter) {
                position = start
                throw unsupported("the escape '\\\(letter)'")
            }
        }
        switch letter {
        case "s": return UnicodeClasses.whiteSpace
        case "S": return UnicodeClasses.whiteSpace.inverted()
        case "d": return UnicodeClasses.decimalDigits
        case "D": return UnicodeClasses.decimalDigits.inverted()
        case "w": return UnicodeClasses.wordCharacters
        case "W": return UnicodeClasses.wordCharacters.inverted()
        case "h": return UnicodeClasses.hexadecimalDigits
        case "H": return UnicodeClasses.hexadecimalDigits.inverted()
        case "p", "P": return try property(isNegated: letter == "P", from: start)
        case "t": return ScalarSet("\t")
        case "n": return ScalarSet("\n")
        case "r": return ScalarSet("\r")
        case "f": return ScalarSet("\u{C}")
        case "v": return ScalarSet("\u{B}")
        case "a": return ScalarSet("\u{7}")
        case "e": return ScalarSet("\u{1B}")
        case "x": return take("{") ? try codePoint(digits: 1...8, closedBy: "}") : try codePoint(digits: 1...2)
        case "u" where dialect == .output && take("{"): return try codePoint(digits: 1...8, closedBy: "}")
        case "u": return try codePoint(digits: 4...4)
        case let other where other.isASCII && (other.properties.isAlphabetic || other.properties.numericType != nil):
            position = start
            throw unsupported("the escape '\\\(other)'")
        case let other: return ScalarSet(other)
        }
    }

    private mutating func codePoint(
        digits: ClosedRange<Int>, closedBy end: Unicode.Scalar? = nil
    ) throws(TokenizerError) -> ScalarSet {
        var text = ""
        while text.count < digits.upperBound, let scalar = peek, scalar.isASCII, scalar.properties.isASCIIHexDigit {
            text.unicodeScalars.append(scalar)
            position += 1
        }
        guard digits.contains(text.count), end.map({ take($0) }) ?? true,
            let scalar = UInt32(text, radix: 16).flatMap(Unicode.Scalar.init)
        else { throw invalid("an escape that names no character") }
        return ScalarSet(scalar)
    }

    private mutating func property(isNegated: Bool, from start: Int) throws(TokenizerError) -> ScalarSet {
        guard take("{") else { throw invalid("'\\p' needs a name in braces") }
        let isInverted = take("^") != isNegated
        var name = ""
        while let scalar = peek, scalar != "}" {
            name.unicodeScalars.append(scalar)
            position += 1
        }
        guard take("}") else { throw invalid("'\\p{' has no '}'") }
        guard let set = UnicodeClasses.pattern(named: name) else {
            position = start
            throw unsupported("the class \\p{\(name.prefix(40))}")
        }
        return isInverted ? set.inverted() : set
    }
}

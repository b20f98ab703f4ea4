/// What stands between `{{` and `}}` or `{%` and `%}`.
extension Lexer {
    mutating func lexExpression(until end: Token.Kind) throws(TemplateFault) {
        /// The closing brackets that are awaited. A tag cannot end inside brackets: `}}` may close two dictionaries.
        var brackets: [Token.Symbol] = []
        let opening = line
        while true {
            while position < source.count, isSpace(source[position]) {
                if source[position] == 0x0A { line += 1 }
                position += 1
            }
            guard position < source.count else {
                line = opening
                throw TemplateFault(.syntax, "the end of this tag is missing")
            }
            if brackets.isEmpty, takeEnd(end) { return }
            let byte = source[position]
            if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                try lexString(byte)
            } else if byte &- 0x30 < 10 {
                try lexNumber()
            } else if byte == UInt8(ascii: "_") || byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 {
                try lexName()
            } else {
                try lexSymbol(&brackets)
            }
        }
    }

    private mutating func takeEnd(_ end: Token.Kind) -> Bool {
        let isBlock = end == .blockEnd
        var place = position
        var sign: UInt8 = 0
        if source[place] == UInt8(ascii: "-") || isBlock && source[place] == UInt8(ascii: "+") {
            sign = source[place]
            place += 1
        }
        guard isBlock ? startsWith("%}", at: place) : startsWith("}}", at: place) else { return false }
        emit(end)
        position = place + 2
        finishTag(sign, trimsLine: isBlock)
        return true
    }

    private mutating func lexSymbol(_ brackets: inout [Token.Symbol]) throws(TemplateFault) {
        let two = position + 1 < source.count ? String(decoding: source[position...(position + 1)], as: UTF8.self) : ""
        guard
            let symbol = Token.Symbol(rawValue: two) ?? Token.Symbol(rawValue: String(UnicodeScalar(source[position])))
        else { throw TemplateFault(.syntax, "unexpected character '\(UnicodeScalar(source[position]))'") }
        switch symbol {
        case .leftParenthesis: brackets.append(.rightParenthesis)
        case .leftBracket: brackets.append(.rightBracket)
        case .leftBrace: brackets.append(.rightBrace)
        case .rightParenthesis, .rightBracket, .rightBrace:
            guard let expected = brackets.popLast() else {
                throw TemplateFault(.syntax, "unexpected '\(symbol.rawValue)'")
            }
            guard expected == symbol else {
                throw TemplateFault(.syntax, "unexpected '\(symbol.rawValue)', expected '\(expected.rawValue)'")
            }
        default: break
        }
        emit(.symbol(symbol))
        position += symbol.rawValue.utf8.count
    }

    private mutating func lexName() throws(TemplateFault) {
        let start = position
        while position < source.count {
            let byte = source[position]
            guard byte >= 0x80 || byte == UInt8(ascii: "_") || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 else {
                break
            }
            position += 1
        }
        let name = String(decoding: source[start..<position], as: UTF8.self)
        let isIdentifier = name.unicodeScalars.allSatisfy { $0 == "_" || $0.properties.isXIDContinue }
        guard isIdentifier else { throw TemplateFault(.syntax, "'\(name.prefix(80))' is not a name") }
        emit(.name(name))
    }

    // MARK: Numbers

    private mutating func lexNumber() throws(TemplateFault) {
        let start = position
        let prefix = position + 1 < source.count && source[position] == 0x30 ? source[position + 1] | 0x20 : 0
        let bases: [UInt8: Int] = [UInt8(ascii: "x"): 16, UInt8(ascii: "o"): 8, UInt8(ascii: "b"): 2]
        if let base = bases[prefix] {
            position += 2
            let digits = takeDigits { Character(UnicodeScalar($0)).hexDigitValue.map { $0 < base } ?? false }
            return try emitInteger(digits, base: base, from: start)
        }
        var text = takeDigits { $0 &- 0x30 < 10 }
        var isInteger = true
        // "1.5" is a number, "1.x" and "x.1.5" are not.
        let followsDot = start > 0 && source[start - 1] == UInt8(ascii: ".")
        if !followsDot, position + 1 < source.count, source[position] == UInt8(ascii: "."),
            source[position + 1] &- 0x30 < 10
        {
            position += 1
            text += "." + takeDigits { $0 &- 0x30 < 10 }
            isInteger = false
        }
        if !followsDot, let exponent = takeExponent() {
            text += exponent
            isInteger = false
        }
        if isInteger { return try emitInteger(text, base: 10, from: start) }
        guard let value = Double(text) else { throw TemplateFault(.syntax, "'\(text.prefix(40))' is not a number") }
        emit(.double(value))
    }

    private mutating func emitInteger(_ digits: String, base: Int, from start: Int) throws(TemplateFault) {
        let hasLeadingZero = base == 10 && digits.hasPrefix("0") && digits.contains { $0 != "0" }
        guard !digits.isEmpty, !hasLeadingZero else {
            let text = String(decoding: source[start..<position], as: UTF8.self)
            throw TemplateFault(.syntax, "'\(text.prefix(40))' is not a number")
        }
        guard let value = Int(digits, radix: base) else {
            throw TemplateFault(.unsupported, "the integer \(digits.prefix(40)) needs more than 64 bits")
        }
        emit(.integer(value))
    }

    /// Digits with single underscores between them.
    private mutating func takeDigits(_ isDigit: (UInt8) -> Bool) -> String {
        var digits = ""
        while position < source.count {
            let byte = source[position]
            if isDigit(byte) {
                digits.unicodeScalars.append(UnicodeScalar(byte))
            } else if byte != UInt8(ascii: "_") || position + 1 >= source.count || !isDigit(source[position + 1]) {
                break
            }
            position += 1
        }
        return digits
    }

    private mutating func takeExponent() -> String? {
        guard position < source.count, source[position] | 0x20 == UInt8(ascii: "e") else { return nil }
        var place = position + 1
        var text = "e"
        if place < source.count, "+-".utf8.contains(source[place]) {
            text.unicodeScalars.append(UnicodeScalar(source[place]))
            place += 1
        }
        guard place < source.count, source[place] &- 0x30 < 10 else { return nil }
        position = place
        return text + takeDigits { $0 &- 0x30 < 10 }
    }

    // MARK: Strings

    private mutating func lexString(_ quote: UInt8) throws(TemplateFault) {
        let opening = line
        var bytes: [UInt8] = []
        position += 1
        while position < source.count {
            let byte = source[position]
            position += 1
            switch byte {
            case quote:
                tokens.append(Token(kind: .string(Text(bytes: bytes, .template)), line: opening))
                return
            case UInt8(ascii: "\\"): try lexEscape(&bytes)
            default:
                if byte == 0x0A { line += 1 }
                bytes.append(byte)
            }
        }
        line = opening
        throw TemplateFault(.syntax, "a string that starts here has no end")
    }

    private mutating func lexEscape(_ bytes: inout [UInt8]) throws(TemplateFault) {
        guard position < source.count else { return }
        let letter = source[position]
        position += 1
        switch letter {
        case 0x0A: line += 1
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): bytes.append(letter)
        case UInt8(ascii: "a"): bytes.append(0x07)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "v"): bytes.append(0x0B)
        case UInt8(ascii: "x"): try appendScalar(hexDigits: 2, to: &bytes)
        case UInt8(ascii: "u"): try appendScalar(hexDigits: 4, to: &bytes)
        case UInt8(ascii: "U"): try appendScalar(hexDigits: 8, to: &bytes)
        case UInt8(ascii: "N"): throw TemplateFault(.unsupported, "\\N{…} in a string: write the character itself")
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var code = UInt32(letter &- 0x30)
            for _ in 0..<2 {
                guard position < source.count, source[position] &- 0x30 < 8 else { break }
                code = code * 8 + UInt32(source[position] &- 0x30)
                position += 1
            }
            if let scalar = UnicodeScalar(code) { bytes.append(contentsOf: String(scalar).utf8) }
        default: bytes.append(contentsOf: [UInt8(ascii: "\\"), letter])
        }
    }

    private mutating func appendScalar(hexDigits: Int, to bytes: inout [UInt8]) throws(TemplateFault) {
        var code: UInt32 = 0
        for _ in 0..<hexDigits {
            guard position < source.count, let digit = Character(UnicodeScalar(source[position])).hexDigitValue else {
                throw TemplateFault(.syntax, "an escape in a string needs \(hexDigits) hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        guard let scalar = UnicodeScalar(code) else {
            throw TemplateFault(.syntax, "an escape in a string names no Unicode character")
        }
        bytes.append(contentsOf: String(scalar).utf8)
    }
}

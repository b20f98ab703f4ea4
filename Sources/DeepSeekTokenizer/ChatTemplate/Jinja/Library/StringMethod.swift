/// The methods of Python's `str` that can be used.
enum StringMethod: String {
    case capitalize, center, count, endswith, find, format, index, isalnum, isalpha, isdigit, islower, isspace, isupper
    case join, ljust, lower, lstrip, partition, removeprefix, removesuffix, replace, rfind, rindex, rjust, rpartition
    case rsplit, rstrip, split, splitlines, startswith, strip, title, upper, zfill

    /// What Python has and this does not: better refused than taken for undefined.
    static let unsupported: Set<String> = [
        "casefold", "encode", "expandtabs", "format_map", "isascii", "isdecimal", "isidentifier", "isnumeric",
        "isprintable", "istitle", "maketrans", "swapcase", "translate",
    ]
}

enum Alignment {
    case left, right, center
}

extension Interpreter {
    func call(_ method: StringMethod, of text: Text, _ arguments: Arguments) throws(TemplateFault) -> Value {
        try budget.spend(bytes: text.count)
        switch method {
        case .format: return .text(try BraceFormat.format(text, with: arguments, &budget))
        case .strip, .lstrip, .rstrip: return .text(try strip(method, text, arguments))
        case .split, .rsplit: return try split(method, text, arguments)
        case .splitlines:
            let keepEnds = try arguments.bound(to: ["keepends"], of: "splitlines")[0]?.isTrue ?? false
            return try .list(text.lines(keepEnds: keepEnds).map { .text($0) })
        case .startswith, .endswith: return .bool(try affix(method, text, arguments))
        case .replace:
            let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
            let limit = try values[2]?.integer("the count of replace") ?? -1
            return .text(
                try replace(
                    text, try (values[0] ?? .none).text("what is replaced"),
                    with: try (values[1] ?? .none).text("a replacement"),
                    limit: limit))
        case .join: return .text(try join(text, arguments))
        case .count, .find, .index, .rfind, .rindex: return .integer(try search(method, text, arguments))
        case .partition, .rpartition: return try partition(method, text, arguments)
        case .removeprefix, .removesuffix:
            let affix = try arguments.bound(to: ["affix"], required: 1, of: method.rawValue)[0] ?? .none
            let part = try affix.text("what \(method.rawValue) removes")
            if method == .removeprefix { return .text(text.hasPrefix(part) ? text[part.count..<text.count] : text) }
            return .text(text.hasSuffix(part) ? text[0..<(text.count - part.count)] : text)
        case .center, .ljust, .rjust:
            let values = try arguments.bound(to: ["width", "fillchar"], required: 1, of: method.rawValue)
            let width = try (values[0] ?? .none).integer("a width")
            let filler = try values[1]?.text("a fill character") ?? " "
            guard filler.scalarCount == 1 else { throw TemplateFault(.type, "a fill character must be one character") }
            return .text(
                try padded(
                    text, to: width, with: filler, method == .center ? .center : method == .ljust ? .left : .right))
        case .zfill: return .text(try zeroFilled(text, arguments))
        default: break
        }
        try arguments.none(of: method.rawValue)
        let scalars = text.string.unicodeScalars
        switch method {
        case .capitalize: return .text(text.capitalized)
        case .lower: return .text(text.lowercased)
        case .upper: return .text(text.uppercased)
        case .title: return .text(text.titlecased)
        case .isspace: return .bool(!scalars.isEmpty && scalars.allSatisfy(Text.isWhiteSpace))
        case .isdigit: return .bool(!scalars.isEmpty && scalars.allSatisfy(\.isPythonDigit))
        case .isalpha: return .bool(!scalars.isEmpty && scalars.allSatisfy(\.isPythonLetter))
        case .isalnum:
            return .bool(
                !scalars.isEmpty && scalars.allSatisfy { $0.isPythonLetter || $0.properties.numericType != nil })
        case .islower:
            return .bool(
                scalars.contains(where: \.properties.isLowercase) && !scalars.contains(where: \.properties.isUppercase))
        default:
            return .bool(
                scalars.contains(where: \.properties.isUppercase) && !scalars.contains(where: \.properties.isLowercase))
        }
    }

    private func strip(_ method: StringMethod, _ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        guard arguments.keywords.isEmpty else {
            throw TemplateFault(.type, "\(method.rawValue) takes no keyword arguments")
        }
        let set = try arguments.bound(to: ["chars"], of: method.rawValue)[0] ?? .none
        let unwanted: Text? = set == .none ? nil : try set.text("what \(method.rawValue) removes")
        return text.stripped(left: method != .rstrip, right: method != .lstrip, of: unwanted)
    }

    private func split(_ method: StringMethod, _ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Value {
        let values = try arguments.bound(to: ["sep", "maxsplit"], of: method.rawValue)
        let maximum = try values[1]?.integer("maxsplit") ?? -1
        let limit = maximum < 0 ? Int.max : maximum
        let parts: [Text]
        if let separator = values[0], separator != .none {
            let separator = try separator.text("a separator")
            guard !separator.isEmpty else { throw TemplateFault(.value, "a separator is empty") }
            parts =
                method == .split
                ? text.split(by: separator, limit: limit) : text.splitFromEnd(by: separator, limit: limit)
        } else {
            parts =
                method == .split ? text.splitAtWhiteSpace(limit: limit) : text.splitAtWhiteSpaceFromEnd(limit: limit)
        }
        try budget.spend(parts.count)
        return try .list(parts.map { .text($0) })
    }

    private func affix(_ method: StringMethod, _ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Bool {
        let values = try arguments.bound(to: ["affix"], required: 1, of: method.rawValue)
        var candidates = [values[0] ?? .none]
        if case .tuple(let elements)? = values[0] { candidates = elements.items }
        for candidate in candidates {
            let affix = try candidate.text("what \(method.rawValue) looks for")
            if method == .startswith ? text.hasPrefix(affix) : text.hasSuffix(affix) { return true }
        }
        return false
    }

    private func join(_ separator: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let source = try arguments.bound(to: ["iterable"], required: 1, of: "join")[0] ?? .none
        var result = Text()
        for (index, item) in try source.elements().enumerated() {
            let part = try item.text("an item of join")
            if index > 0 { result.append(separator) }
            result.append(part)
            try budget.spend(bytes: separator.count + part.count)
            try budget.check(bytes: result.count)
        }
        return result
    }

    private func search(_ method: StringMethod, _ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Int {
        let values = try arguments.bound(to: ["sub", "start", "end"], required: 1, of: method.rawValue)
        let needle = try (values[0] ?? .none).text("what \(method.rawValue) looks for")
        guard values[1] == nil, values[2] == nil else {
            throw TemplateFault(.unsupported, "\(method.rawValue) with a start or an end: take a slice")
        }
        if method == .count { return text.occurrences(of: needle).count }
        let place = method == .find || method == .index ? text.find(needle) : text.findLast(needle)
        guard let place else {
            if method == .find || method == .rfind { return -1 }
            throw TemplateFault(.value, "\(method.rawValue) does not find what it looks for")
        }
        return text[0..<place].scalarCount
    }

    private func partition(_ method: StringMethod, _ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Value
    {
        let separator = try (try arguments.bound(to: ["sep"], required: 1, of: method.rawValue)[0] ?? .none).text(
            "a separator")
        guard !separator.isEmpty else { throw TemplateFault(.value, "a separator is empty") }
        let place = method == .partition ? text.find(separator) : text.findLast(separator)
        let parts: [Text]
        if let place {
            let end = place + separator.count
            parts = [text[0..<place], text[place..<end], text[end..<text.count]]
        } else {
            parts = method == .partition ? [text, Text(), Text()] : [Text(), Text(), text]
        }
        return try .tuple(parts.map { .text($0) })
    }

    func padded(_ text: Text, to width: Int, with filler: Text, _ alignment: Alignment) throws(TemplateFault) -> Text {
        let missing = width.subtractingReportingOverflow(text.scalarCount)
        guard missing.partialValue > 0, !missing.overflow else { return text }
        let count = missing.partialValue
        try budget.spend(bytes: filler.count, times: count)
        let before: Int
        switch alignment {
        case .left: before = 0
        case .right: before = count
        case .center: before = count / 2 + (count & width & 1)
        }
        var result = Text()
        for _ in 0..<before { result.append(filler) }
        result.append(text)
        for _ in before..<count { result.append(filler) }
        return result
    }

    private func zeroFilled(_ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let width = try (try arguments.bound(to: ["width"], required: 1, of: "zfill")[0] ?? .none).integer("a width")
        let signs = text.bytes.first.map { "+-".utf8.contains($0) } ?? false ? 1 : 0
        let (digits, overflow) = width.subtractingReportingOverflow(signs)
        guard !overflow else { return text }
        var result = text[0..<signs]
        result.append(try padded(text[signs..<text.count], to: digits, with: "0", .right))
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isPythonDigit: Bool {
        properties.numericType == .decimal || properties.numericType == .digit
    }

    fileprivate var isPythonLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}

extension Interpreter {
    /// Filters that take the text of any value.
    func applyTextFilter(_ filter: Filter, to value: Value, _ arguments: Arguments) throws(TemplateFault) -> Value {
        if filter == .tojson { return .text(try json(value, arguments)) }
        let text = try string(value)
        try budget.spend(bytes: text.count)
        switch filter {
        case .replace: return .text(try replace(text, arguments))
        case .indent:
            return .text(try indent(try value.isUndefined ? Text() : value.text("what indent is used on"), arguments))
        case .format: return .text(try format(text, arguments))
        case .trim:
            let set = try arguments.bound(to: ["chars"], of: "trim")[0]
            let unwanted = try set.flatMap { $0 == .none ? nil : $0 }.map { (set) throws(TemplateFault) in
                try set.text("what trim removes")
            }
            return .text(text.stripped(left: true, right: true, of: unwanted))
        case .center:
            let width = try arguments.bound(to: ["width"], of: "center")[0]?.integer("the width of center") ?? 80
            return .text(try padded(text, to: width, with: " ", .center))
        default: break
        }
        try arguments.none(of: filter.rawValue)
        switch filter {
        case .capitalize: return .text(text.capitalized)
        case .lower: return .text(text.lowercased)
        case .upper: return .text(text.uppercased)
        case .title: return .text(text.jinjaTitle)
        case .wordcount: return .integer(Self.wordCount(text))
        case .escape: return .text(Self.escaped(text))
        default: return .text(text)
        }
    }

    private func json(_ value: Value, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let values = try arguments.bound(to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
        let indentation: Text?
        switch values[1] ?? .none {
        case .none: indentation = nil
        case .text(let text): indentation = text
        case let width:
            let count = max(0, try width.integer("the indent of tojson"))
            try budget.spend(bytes: count)
            indentation = Text(String(repeating: " ", count: count))
        }
        var style = JSONText.Style(
            indentation: indentation, itemSeparator: indentation == nil ? ", " : ",", keySeparator: ": ")
        if let separators = values[2], separators != .none {
            let pair = try separators.elements()
            guard pair.count == 2 else { throw TemplateFault(.value, "tojson needs two separators") }
            style.itemSeparator = try pair[0].text("a separator of tojson")
            style.keySeparator = try pair[1].text("a separator of tojson")
        }
        style.escapesNonASCII = values[0]?.isTrue ?? false
        style.sortsKeys = values[3]?.isTrue ?? false
        return try JSONText.write(value, style, &budget)
    }

    private func replace(_ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let values = try arguments.bound(to: ["old", "new", "count"], required: 2, of: "replace")
        let limit = try values[2].flatMap { $0 == .none ? nil : $0 }.map { (count) throws(TemplateFault) in
            try count.integer("the count of replace")
        }
        return try replace(
            text, try string(values[0] ?? .none), with: try string(values[1] ?? .none), limit: limit ?? -1)
    }

    func replace(_ text: Text, _ old: Text, with new: Text, limit: Int) throws(TemplateFault) -> Text {
        let places = text.occurrences(of: old, limit: limit < 0 ? .max : limit)
        try budget.spend(bytes: text.count)
        try budget.spend(bytes: new.count, times: places.count)
        return text.replacing(old, with: new, at: places)
    }

    private func indent(_ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        let values = try arguments.bound(to: ["width", "first", "blank"], of: "indent")
        let indentation: Text
        if case .text(let text)? = values[0] {
            indentation = text
        } else {
            let width = max(0, try values[0]?.integer("the width of indent") ?? 4)
            try budget.spend(bytes: width)
            indentation = Text(String(repeating: " ", count: width))
        }
        // Lines are what Python takes for lines, joined again by line feeds.
        let lines = text.lines(keepEnds: false) + (text.bytes.last == 0x0A || text.isEmpty ? [Text()] : [])
        try budget.spend(bytes: indentation.count, times: lines.count)
        var result = Text()
        for (index, line) in lines.enumerated() {
            if index > 0 { result.append("\n") }
            let isIndented = index == 0 ? values[1]?.isTrue ?? false : values[2]?.isTrue ?? false || !line.isEmpty
            if isIndented { result.append(indentation) }
            result.append(line)
        }
        return result
    }

    private func format(_ text: Text, _ arguments: Arguments) throws(TemplateFault) -> Text {
        guard arguments.keywords.isEmpty || arguments.positional.isEmpty else {
            throw TemplateFault(.type, "format takes values with names or without, not both")
        }
        if !arguments.keywords.isEmpty { throw TemplateFault(.unsupported, "format with names: use '~'") }
        return try PercentFormat.format(text, with: try .tuple(arguments.positional), &budget)
    }

    private static func wordCount(_ text: Text) -> Int {
        var count = 0
        var isInside = false
        for scalar in text.string.unicodeScalars {
            let properties = scalar.properties
            let isWord = scalar == "_" || properties.isAlphabetic || properties.numericType != nil
            if isWord, !isInside { count += 1 }
            isInside = isWord
        }
        return count
    }

    private static func escaped(_ text: Text) -> Text {
        let pairs: [(Text, Text)] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&#34;"), ("'", "&#39;")]
        return pairs.reduce(text) { $0.replacing($1.0, with: $1.1, at: $0.occurrences(of: $1.0)) }
    }
}

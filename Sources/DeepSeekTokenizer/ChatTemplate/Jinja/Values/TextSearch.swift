/// Finding, cutting and replacing, with Python's semantics.
extension Text {
    /// What Python's `str.isspace` calls white space.
    static func isWhiteSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// The offset of the first occurrence at or after `start`. An empty needle is found at once.
    func find(_ needle: Text, from start: Int = 0) -> Int? { Self.find(needle.bytes, in: bytes, from: start) }

    func findLast(_ needle: Text) -> Int? {
        Self.find(needle.bytes.reversed(), in: bytes.reversed(), from: 0).map { count - $0 - needle.count }
    }

    /// Knuth, Morris and Pratt's search: linear whatever the texts.
    private static func find(_ needle: [UInt8], in hay: [UInt8], from start: Int) -> Int? {
        guard let first = needle.first else { return start <= hay.count ? start : nil }
        guard start < hay.count, needle.count <= hay.count - start else { return nil }
        guard needle.count > 1 else { return hay[start...].firstIndex(of: first) }
        // How much of the needle still matches after a mismatch behind each of its bytes.
        var borders = [0]
        var matched = 0
        for byte in needle.dropFirst() {
            while matched > 0, needle[matched] != byte { matched = borders[matched - 1] }
            if needle[matched] == byte { matched += 1 }
            borders.append(matched)
        }
        matched = 0
        for place in start..<hay.count {
            while matched > 0, needle[matched] != hay[place] { matched = borders[matched - 1] }
            if needle[matched] == hay[place] { matched += 1 }
            if matched == needle.count { return place + 1 - matched }
        }
        return nil
    }

    func contains(_ needle: Text) -> Bool { find(needle) != nil }
    func hasPrefix(_ prefix: Text) -> Bool { bytes.starts(with: prefix.bytes) }
    func hasSuffix(_ suffix: Text) -> Bool { suffix.count <= count && matches(suffix, at: count - suffix.count) }

    private func matches(_ needle: Text, at offset: Int) -> Bool {
        bytes[offset..<(offset + needle.count)].elementsEqual(needle.bytes)
    }

    /// The offsets of the occurrences that do not overlap. An empty needle occurs between all code points.
    func occurrences(of needle: Text, limit: Int = .max) -> [Int] {
        guard !needle.isEmpty else { return Array(scalarOffsets.prefix(limit)) }
        var found: [Int] = []
        var start = 0
        while found.count < limit, let place = find(needle, from: start) {
            found.append(place)
            start = place + needle.count
        }
        return found
    }

    /// With the occurrences of `old` at these places replaced.
    func replacing(_ old: Text, with new: Text, at places: [Int]) -> Text {
        var result = Text()
        var start = 0
        for place in places {
            result.append(self, start..<place)
            result.append(new)
            start = place + old.count
        }
        result.append(self, start..<count)
        return result
    }

    /// The range that is left without the code points of `set` (white space without one) at either end.
    func stripped(left: Bool, right: Bool, of set: Text?) -> Text {
        let unwanted = set.map { Set($0.string.unicodeScalars) }
        let isUnwanted = { (scalar: Unicode.Scalar) in unwanted?.contains(scalar) ?? Self.isWhiteSpace(scalar) }
        let scalars = string.unicodeScalars
        var lower = 0
        var upper = count
        if left {
            for scalar in scalars {
                guard isUnwanted(scalar) else { break }
                lower += UTF8.width(scalar)
            }
        }
        if right {
            for scalar in scalars.reversed() {
                guard upper > lower, isUnwanted(scalar) else { break }
                upper -= UTF8.width(scalar)
            }
        }
        return self[lower..<upper]
    }

    // MARK: Splitting

    /// By a separator that is not empty.
    func split(by separator: Text, limit: Int) -> [Text] {
        var parts: [Text] = []
        var start = 0
        for place in occurrences(of: separator, limit: limit) {
            parts.append(self[start..<place])
            start = place + separator.count
        }
        parts.append(self[start..<count])
        return parts
    }

    /// By a separator that is not empty, from the end.
    func splitFromEnd(by separator: Text, limit: Int) -> [Text] {
        let reversed = Text(bytes: bytes.reversed(), .template)
        let places = reversed.occurrences(of: Text(bytes: separator.bytes.reversed(), .template), limit: limit)
        var parts: [Text] = []
        var end = count
        for place in places {
            parts.append(self[(count - place)..<end])
            end = count - place - separator.count
        }
        parts.append(self[0..<end])
        return parts.reversed()
    }

    /// The ranges between white space.
    var words: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        var offset = 0
        for scalar in string.unicodeScalars {
            if Self.isWhiteSpace(scalar) {
                if let begin = start { ranges.append(begin..<offset) }
                start = nil
            } else if start == nil {
                start = offset
            }
            offset += UTF8.width(scalar)
        }
        if let begin = start { ranges.append(begin..<offset) }
        return ranges
    }

    /// At runs of white space, at most `limit` times; what is left over keeps the white space inside it.
    func splitAtWhiteSpace(limit: Int) -> [Text] {
        let words = words
        guard words.count > limit else { return words.map { self[$0] } }
        var parts = words.prefix(limit).map { self[$0] }
        parts.append(self[words[limit].lowerBound..<count])
        return parts
    }

    func splitAtWhiteSpaceFromEnd(limit: Int) -> [Text] {
        let words = words
        guard words.count > limit else { return words.map { self[$0] } }
        let rest = words.count - limit
        return [self[0..<words[rest - 1].upperBound]] + words.suffix(limit).map { self[$0] }
    }

    func lines(keepEnds: Bool) -> [Text] {
        var parts: [Text] = []
        var start = 0
        var offset = 0
        var afterReturn = false
        for scalar in string.unicodeScalars {
            let width = UTF8.width(scalar)
            if afterReturn {
                afterReturn = false
                if scalar == "\n" {
                    if keepEnds, let last = parts.popLast() { parts.append(self[(offset - last.count)..<(offset + 1)]) }
                    offset += width
                    start = offset
                    continue
                }
            }
            switch scalar.value {
            case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029:
                parts.append(self[start..<(keepEnds ? offset + width : offset)])
                start = offset + width
                afterReturn = scalar == "\r"
            default: break
            }
            offset += width
        }
        if start < count { parts.append(self[start..<count]) }
        return parts
    }
}

import Foundation

/// The answer that a text comes to, and whether it is the right one.
package enum FinalAnswer {
    /// What people write before the answer; the last of them counts.
    private static let markers = ["answer:", "answer：", "answer is", "####", "答案是", "答案为", "答案:", "答案：", "答案"]

    /// What is in the last `\boxed{…}`; else what follows the last marker on its line; else the last number; else the last
    /// line.
    package static func extract(_ text: String) -> String? {
        if let boxed = boxed(text) { return boxed }
        if let marked = marked(text) { return marked }
        if let number = numbers(in: text).last { return number }
        let line = text.split(whereSeparator: \.isNewline).last.map { String($0).trimmingCharacters(in: trimmed) }
        return line?.isEmpty == false ? line : nil
    }

    /// Whether two answers are the same number (an integer, a decimal, a fraction; thousands with commas, a percentage or
    /// an amount of money), or else the same text.
    package static func agree(_ found: String, _ expected: String) -> Bool {
        if let wanted = number(expected) {
            guard let value = number(found) ?? numbers(in: found).first.flatMap(number) else { return false }
            return abs(value - wanted) <= 1e-9 * max(1, abs(wanted))
        }
        return isSame(found, expected)
    }

    /// Whether two texts are the same but for case, spaces around them and a final stop.
    package static func isSame(_ found: String, _ expected: String) -> Bool { plain(found) == plain(expected) }

    private static let trimmed = CharacterSet.whitespacesAndNewlines.union(CharacterSet(charactersIn: ".。$*`\"'“”"))

    private static func plain(_ text: String) -> String { text.trimmingCharacters(in: trimmed).lowercased() }

    /// Braces within count.
    private static func boxed(_ text: String) -> String? {
        guard let start = text.range(of: "\\boxed{", options: .backwards) else { return nil }
        var depth = 1
        var content = ""
        for character in text[start.upperBound...] {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth == 0 { return content }
            content.append(character)
        }
        return nil
    }

    private static func marked(_ text: String) -> String? {
        let last = markers.compactMap { text.range(of: $0, options: [.backwards, .caseInsensitive]) }
            .max { $0.upperBound < $1.upperBound }
        guard let last else { return nil }
        let separators = CharacterSet(charactersIn: " :：=\t")
        let rest = text[last.upperBound...].drop { $0.unicodeScalars.allSatisfy(separators.contains) }
        let line = String(rest.prefix { !$0.isNewline })
        // 3 + 4 = 7: what comes out of it.
        let result = line.split(separator: "=").last.map(String.init) ?? line
        let trimmed = result.trimmingCharacters(in: trimmed)
        return trimmed.isEmpty ? nil : trimmed
    }

    /// Numbers as they are written, with sign, thousands, decimals, fractions.
    private static func numbers(in text: String) -> [String] {
        var found: [String] = []
        var current = ""
        var previous: Character = " "
        func flush() {
            while let last = current.last, !last.isNumber { current.removeLast() }
            if !current.isEmpty { found.append(current) }
            current = ""
        }
        for character in normalized(text) {
            if digits.contains(character) {
                current.append(character)
            } else if character == "-", current.isEmpty, !previous.isNumber, !previous.isLetter, previous != ")" {
                current.append(character)
            } else if ".,/".contains(character), current.last?.isNumber == true {
                current.append(character)
            } else {
                flush()
            }
            previous = character
        }
        flush()
        return found
    }

    private static let digits = Set("0123456789")

    /// Digits and signs as ASCII has them.
    private static func normalized(_ text: String) -> String {
        String(
            text.map { character in
                switch character {
                case "−", "－", "–": "-"
                case "．": "."
                case "，": ","
                case "０"..."９": Character(String(character.wholeNumberValue ?? 0))
                default: character
                }
            })
    }

    private static func number(_ text: String) -> Double? {
        var text = normalized(text).trimmingCharacters(in: trimmed)
        for (pattern, replacement) in [("\\dfrac", "\\frac"), ("\\frac{", ""), ("}{", "/"), ("}", ""), ("\\%", "%")] {
            text = text.replacing(pattern, with: replacement)
        }
        for sign in ["%", "$", "¥", "€", "£"] { text = text.replacing(sign, with: "") }
        text = text.replacing(",", with: "").trimmingCharacters(in: trimmed)
        if text.hasPrefix("+") { text.removeFirst() }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { part in
            part.allSatisfy { digits.contains($0) || $0 == "-" || $0 == "." } ? Double(part) : nil
        }
        guard let first = parts.first, let numerator = first else { return nil }
        switch parts.count {
        case 1: return numerator
        case 2:
            guard let denominator = parts[1], denominator != 0 else { return nil }
            return numerator / denominator
        default: return nil
        }
    }
}

import DeepSeekConstraints
import DeepSeekJSON

/// Finds calls of tools in an answer as it comes.
package struct ToolCallParser: Sendable {
    package struct Call: Sendable, Hashable {
        package var name: String
        /// JSON, as the model wrote it.
        package var arguments: String
    }

    package enum Piece: Sendable, Hashable {
        case text(String)
        case call(Call)
    }

    private let form: ToolCallForm
    /// What is not decided yet.
    private var held = ""
    private var isInCalls = false

    package init(_ form: ToolCallForm) { self.form = form }

    package mutating func append(_ text: String) -> [Piece] {
        held += text
        var pieces: [Piece] = []
        while let piece = next() { pieces.append(piece) }
        return pieces
    }

    /// What is left at the end of the answer. A call that has no end is text.
    package mutating func finish() -> [Piece] {
        defer { held = "" }
        if isInCalls, held.allSatisfy(\.isWhitespace) { return [] }
        return held.isEmpty ? [] : [.text(held)]
    }

    private var opening: String { form.opening.isEmpty ? form.callOpening : form.opening }

    private mutating func next() -> Piece? {
        isInCalls ? nextCall() : nextText()
    }

    private mutating func nextText() -> Piece? {
        if let range = held.firstRange(of: opening) {
            let text = String(held[..<range.lowerBound])
            // A call's own opening is read with the call.
            held = String(held[(form.opening.isEmpty ? range.lowerBound : range.upperBound)...])
            isInCalls = true
            return text.isEmpty ? nextCall() : .text(text)
        }
        let certain = held.utf8.count - Self.overlap(of: held, with: opening)
        guard certain > 0 else { return nil }
        let end = held.utf8.index(held.startIndex, offsetBy: certain)
        let text = String(held[..<end])
        held = String(held[end...])
        return .text(text)
    }

    private mutating func nextCall() -> Piece? {
        if !form.closing.isEmpty, held.hasPrefix(form.closing) {
            held = String(held.dropFirst(form.closing.count))
            isInCalls = false
            return nextText()
        }
        guard let start = held.firstRange(of: form.callOpening) else {
            // After the last call of a form without an end there may be text.
            let isUndecided = held.allSatisfy(\.isWhitespace) || Self.overlap(of: held, with: form.callOpening) > 0
            if form.closing.isEmpty, !isUndecided {
                isInCalls = false
                return nextText()
            }
            return nil
        }
        let between = held[..<start.lowerBound]
        guard between.allSatisfy(\.isWhitespace) else {
            let text = String(between)
            held = String(held[start.lowerBound...])
            return .text(text)
        }
        let body = held[start.upperBound...]
        guard let end = body.firstRange(of: form.callClosing) else { return nil }
        let text = String(body[..<end.lowerBound])
        let whole = String(held[start.lowerBound..<end.upperBound])
        held = String(held[end.upperBound...])
        return call(text).map { .call($0) } ?? .text(whole)
    }

    private func call(_ text: String) -> Call? {
        if let nameEnd = form.nameEnd {
            guard let range = text.firstRange(of: nameEnd) else { return nil }
            return Call(
                name: String(text[..<range.lowerBound]), arguments: String(text[range.upperBound...]))
        }
        // The arguments are passed on as they were written: they may hold a key twice, or numbers of any length.
        guard let range = text.firstRange(of: "\"arguments\""),
            let colon = text[range.upperBound...].firstIndex(of: ":"), let end = text.lastIndex(of: "}"), colon < end,
            let head = try? JSONValue(parsing: String(text[..<range.lowerBound]) + "\"arguments\": null}"),
            let name = head["name"]?.string
        else { return nil }
        let arguments = text[text.index(after: colon)..<end]
        return Call(
            name: name, arguments: String(arguments.drop(while: \.isWhitespace)))
    }

    /// Bytes at the end of the text that could be the beginning of the marker.
    private static func overlap(of text: String, with marker: String) -> Int {
        let (text, marker) = (text.utf8, Array(marker.utf8))
        let longest = min(text.count, marker.count - 1)
        guard longest > 0 else { return 0 }
        return (1...longest).reversed().first { text.suffix($0).elementsEqual(marker.prefix($0)) } ?? 0
    }
}

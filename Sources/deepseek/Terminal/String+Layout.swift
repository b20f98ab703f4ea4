extension String {
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(width - count, 1)) }
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(width - count, 1)) + self }

    func trimmingWhiteSpace() -> String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

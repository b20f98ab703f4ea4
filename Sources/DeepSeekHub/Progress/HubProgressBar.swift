/// A download as one line of a terminal.
public enum HubProgressBar {
    /// - Parameter width: Columns. The line is never wider; where room is short, the parts at its end go first.
    public static func line(for progress: HubProgress, width: Int) -> String {
        let fraction = progress.bytesTotal > 0 ? Double(progress.bytesDone) / Double(progress.bytesTotal) : 1
        // Downwards, so that 100 % means done.
        let percent = Int(min(max(fraction, 0), 1) * 100)
        let percentText = "\(percent)%"
        var parts = [
            String(repeating: " ", count: 4 - percentText.count) + percentText,
            "\(bytes(Double(progress.bytesDone)))/\(bytes(Double(progress.bytesTotal)))",
        ]
        if let rate = progress.bytesPerSecond { parts.append("\(bytes(rate))/s") }
        if let seconds = progress.secondsLeft, progress.bytesDone < progress.bytesTotal {
            parts.append("ETA \(time(seconds))")
        }

        func text() -> String { parts.joined(separator: "  ") }
        while parts.count > 1, text().count > width { parts.removeLast() }
        let numbers = text()
        guard numbers.count <= width else { return String(numbers.drop { $0 == " " }.prefix(max(0, width))) }

        let room = min(width - numbers.count - 3, 40)
        guard room >= 5 else { return numbers }
        let filled = min(Int(min(max(fraction, 0), 1) * Double(room)), room)
        return "[\(String(repeating: "#", count: filled))\(String(repeating: "-", count: room - filled))] \(numbers)"
    }

    /// Three digits or so, in decimal units as the Hub shows them: `1.53 GB`.
    private static func bytes(_ count: Double) -> String {
        var value = max(0, count)
        var units = ["B", "kB", "MB", "GB", "TB"][...]
        while value >= 999.5, units.count > 1 {
            value /= 1000
            units.removeFirst()
        }
        let unit = units.first ?? ""
        let whole = units.startIndex == 0 || value >= 99.95
        let digits = whole ? 1.0 : value >= 9.995 ? 10.0 : 100.0
        let scaled = (value * digits).rounded()
        guard let number = Int(exactly: scaled) else { return "very many \(unit)" }
        if whole { return "\(number) \(unit)" }
        let decimals = digits == 10 ? 1 : 2
        let text = String(number % Int(digits))
        return "\(number / Int(digits)).\(String(repeating: "0", count: decimals - text.count))\(text) \(unit)"
    }

    /// `0:07`, `12:34`, `1:02:03`; a day and more only says so.
    private static func time(_ seconds: Double) -> String {
        guard seconds < 86_400 else { return "over a day" }
        let whole = Int(seconds.rounded(.up))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
    }
}

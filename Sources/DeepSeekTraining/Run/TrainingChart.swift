/// Loss, learning rate, gradient norm, expert balance and a task's own figures over steps, as an SVG.
struct TrainingChart {
    private struct Panel {
        let title: String
        let color: String
        let points: [(step: Double, value: Double)]
    }

    private let panels: [Panel]
    private static let (width, height, margin) = (900.0, 170.0, 60.0)
    /// More points than pixels show nothing more.
    private static let maximumPoints = 800

    private static let colors = ["#7c3aed", "#0891b2", "#be185d", "#4d7c0f", "#b45309", "#4338ca"]

    /// - Parameter columns: of the task.
    init(_ records: [StepRecord], columns: [String]) {
        func panel(_ title: String, _ color: String, _ value: (StepRecord) -> Double?) -> Panel {
            let points = records.compactMap { record in
                value(record).flatMap { $0.isFinite ? (Double(record.step), $0) : nil }
            }
            let step = max(points.count / Self.maximumPoints, 1)
            return Panel(
                title: title, color: color,
                points: points.enumerated().filter { $0.offset % step == 0 || $0.offset == points.count - 1 }.map(
                    \.element))
        }
        let own = columns.enumerated().map { index, column in
            panel(Self.title(column), Self.colors[index % Self.colors.count]) { $0.more[column] }
        }
        panels =
            [
                panel(columns.contains(TextTask.bitsPerByte) ? "loss (nats per token)" : "loss", "#2563eb") { $0.loss }
            ] + own
            + [
                panel("learning rate", "#059669") { $0.learningRate },
                panel("gradient norm", "#d97706") { $0.gradientNorm },
                panel("busiest expert over the mean", "#dc2626") { $0.expertLoad },
            ]
            .filter { !$0.points.isEmpty }
    }

    private static func title(_ column: String) -> String {
        column == TextTask.bitsPerByte ? "bits per byte on held text" : column.replacing("_", with: " ")
    }

    var svg: String {
        let total = Self.height * Double(panels.count) + 20
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(total))\" "
            + "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        for (index, panel) in panels.enumerated() { text += draw(panel, top: Double(index) * Self.height + 10) }
        return text + "</svg>\n"
    }

    private func draw(_ panel: Panel, top: Double) -> String {
        let values = panel.points.map(\.value)
        let steps = panel.points.map(\.step)
        guard let low = values.min(), let high = values.max(), let first = steps.first, let last = steps.last else {
            return ""
        }
        let (left, right) = (Self.margin + 10, Self.width - 20)
        let (upper, lower) = (top + 25, top + Self.height - 25)
        func x(_ step: Double) -> Double { left + (step - first) / max(last - first, 1) * (right - left) }
        func y(_ value: Double) -> Double {
            lower - (high > low ? (value - low) / (high - low) : 0.5) * (lower - upper)
        }
        let line = panel.points.map { "\(Self.short(x($0.step))),\(Self.short(y($0.value)))" }.joined(separator: " ")
        func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String) -> String {
            "<text x=\"\(Self.short(x))\" y=\"\(Self.short(y))\" text-anchor=\"\(anchor)\" fill=\"#444\">\(text)</text>\n"
        }
        return "<path d=\"M\(left) \(upper)V\(lower)H\(right)\" fill=\"none\" stroke=\"#bbb\"/>\n"
            + "<polyline points=\"\(line)\" fill=\"none\" stroke=\"\(panel.color)\" stroke-width=\"1.5\"/>\n"
            + label("\(panel.title): \(Self.figure(values[values.count - 1]))", left, top + 15, "start")
            + label(Self.figure(high), left - 6, upper + 4, "end") + label(Self.figure(low), left - 6, lower + 4, "end")
            + label("\(Int(first))", left, lower + 16, "middle") + label("step \(Int(last))", right, lower + 16, "end")
    }

    private static func short(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }

    /// Four significant figures.
    private static func figure(_ value: Double) -> String {
        guard value != 0 else { return "0" }
        var scale = 1.0
        while abs(value) * scale < 1_000 { scale *= 10 }
        while abs(value) * scale >= 10_000 { scale /= 10 }
        return "\((value * scale).rounded() / scale)"
    }
}

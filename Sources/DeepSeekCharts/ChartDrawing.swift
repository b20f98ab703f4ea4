import Foundation

/// Lays a chart out.
struct ChartDrawing {
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]
    private static let (width, height) = (720.0, 420.0)
    private static let (left, right, top, bottom) = (70.0, 20.0, 44.0, 56.0)

    private let chart: Chart
    private let xTicks: [Double]
    private let yTicks: [Double]

    init(_ chart: Chart) {
        self.chart = chart
        let points = chart.series.flatMap(\.points).filter { $0.y.isFinite && $0.x.isFinite }
        func range(_ values: [Double], or other: ClosedRange<Double>) -> ClosedRange<Double> {
            guard let low = values.min(), let high = values.max() else { return other }
            return low...high
        }
        let y = range(points.map(\.y), or: 0...1)
        // From zero where that leaves the curves room to differ, and always for bars.
        var isFromZero = y.lowerBound >= 0 && y.lowerBound < 0.6 * y.upperBound
        switch chart.horizontal {
        case .linear: xTicks = AxisTicks(covering: range(points.map(\.x), or: 0...1), about: 7).values
        case .logarithmic:
            xTicks = AxisTicks(coveringPowers: range(points.map(\.x).filter { $0 > 0 }, or: 1...10)).values
        case .names(let names):
            xTicks = names.indices.map(Double.init)
            isFromZero = true
        }
        yTicks = AxisTicks(covering: isFromZero ? min(0, y.lowerBound)...max(0, y.upperBound) : y).values
    }

    var document: String {
        let plotRight = Self.width - Self.right
        let plotBottom = Self.height - Self.bottom
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(Self.height))\" "
                + "width=\"\(Self.number(Self.width))\" height=\"\(Self.number(Self.height))\" "
                + "font-family=\"system-ui, sans-serif\" font-size=\"12\" role=\"img\">",
            "<title>\(Self.escaped(chart.title))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
            text(chart.title, x: Self.left, y: 20, attributes: "font-size=\"15\" font-weight=\"600\""),
        ]
        for tick in yTicks {
            let y = place(y: tick)
            lines.append(line(Self.left, y, plotRight, y, "#ddd"))
            lines.append(text(AxisTicks.label(tick), x: Self.left - 8, y: y + 4, attributes: "text-anchor=\"end\""))
        }
        for tick in xTicks {
            let x = place(x: tick)
            let label: String
            if case .names(let names) = chart.horizontal {
                label = names[Int(tick)]
            } else {
                label = AxisTicks.label(tick)
                lines.append(line(x, plotBottom, x, plotBottom + 4, "#888"))
            }
            lines.append(text(label, x: x, y: plotBottom + 18, attributes: "text-anchor=\"middle\""))
        }
        lines.append(line(Self.left, plotBottom, plotRight, plotBottom, "#888"))
        let middle = (Self.left + plotRight) / 2
        lines.append(text(chart.xLabel, x: middle, y: Self.height - 10, attributes: "text-anchor=\"middle\""))
        lines.append(
            text(
                chart.yLabel, x: 16, y: (Self.top + plotBottom) / 2,
                attributes:
                    "text-anchor=\"middle\" transform=\"rotate(-90 16 \(Self.number((Self.top + plotBottom) / 2)))\""))
        for (index, series) in chart.series.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            if case .names(let names) = chart.horizontal {
                lines += bars(series, index: index, names: names.count, colour)
            } else {
                lines += curve(series, colour)
            }
            let x = Self.left + 8 + Double(index % 4) * 160
            let y = Self.top - 10 + Double(index / 4) * 14
            lines.append(
                "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y - 8))\" width=\"10\" height=\"10\" fill=\"\(colour)\"/>"
            )
            lines.append(text(series.name, x: x + 14, y: y + 1))
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private func curve(_ series: Chart.Series, _ colour: String) -> [String] {
        var lines: [String] = []
        for run in series.points.split(whereSeparator: { !isShown($0) }) {
            let path = run.map { "\(Self.number(place(x: $0.x))),\(Self.number(place(y: $0.y)))" }.joined(
                separator: " ")
            lines.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"2\"/>")
            // Dots tell single measurements; on long curves they would only hide them.
            guard series.points.count <= 32 else { continue }
            for point in run {
                lines.append(
                    "<circle cx=\"\(Self.number(place(x: point.x)))\" cy=\"\(Self.number(place(y: point.y)))\" r=\"3\" "
                        + "fill=\"\(colour)\"/>")
            }
        }
        return lines
    }

    private func bars(_ series: Chart.Series, index: Int, names: Int, _ colour: String) -> [String] {
        let slot = (Self.width - Self.left - Self.right) / Double(max(names, 1))
        let width = slot * 0.8 / Double(max(chart.series.count, 1))
        return series.points.filter(isShown).map { point in
            let x = place(x: point.x) - slot * 0.4 + Double(index) * width
            let (zero, end) = (place(y: 0), place(y: point.y))
            return "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(min(zero, end)))\" width=\"\(Self.number(width))\" "
                + "height=\"\(Self.number(abs(zero - end)))\" fill=\"\(colour)\"/>"
        }
    }

    private func isShown(_ point: Chart.Point) -> Bool {
        guard point.x.isFinite, point.y.isFinite else { return false }
        switch chart.horizontal {
        case .linear: return true
        case .logarithmic: return point.x > 0
        case .names(let names): return point.x >= 0 && point.x < Double(names.count)
        }
    }

    private func place(x: Double) -> Double {
        let width = Self.width - Self.left - Self.right
        if case .names(let names) = chart.horizontal {
            return Self.left + (x + 0.5) * width / Double(max(names.count, 1))
        }
        let isLogarithmic = chart.horizontal == .logarithmic
        func scaled(_ value: Double) -> Double { isLogarithmic ? log(value) : value }
        guard let first = xTicks.first, let last = xTicks.last, last > first else { return Self.left }
        return Self.left + (scaled(x) - scaled(first)) / (scaled(last) - scaled(first)) * width
    }

    private func place(y: Double) -> Double {
        guard let first = yTicks.first, let last = yTicks.last, last > first else { return Self.top }
        let height = Self.height - Self.top - Self.bottom
        return Self.top + (last - y) / (last - first) * height
    }

    private func text(_ text: String, x: Double, y: Double, attributes: String = "") -> String {
        "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" fill=\"#222\" \(attributes)>\(Self.escaped(text))</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
        "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\" "
            + "stroke=\"\(colour)\"/>"
    }

    private static func number(_ value: Double) -> String {
        let text = String(format: "%.2f", value)
        return text.hasSuffix(".00") ? String(text.dropLast(3)) : text
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

import DeepSeekCharts
import DeepSeekJSON

/// Objects with figures, as a list or one a line.
struct FigureRows {
    private let rows: [JSONObject]
    private let path: String

    init(text: String, path: String) throws {
        self.path = path
        let start = text.first { !$0.isWhitespace }
        let values: [JSONValue]
        do {
            values =
                start == "["
                ? try JSONValue(parsing: text).array ?? []
                : try text.split(whereSeparator: \.isNewline).map { try JSONValue(parsing: String($0)) }
        } catch {
            throw CommandError("\(path): \(error)")
        }
        rows = values.compactMap(\.object)
        guard !rows.isEmpty, rows.count == values.count else {
            throw CommandError("\(path): holds no list of objects; 'deepseek bench --json' writes one")
        }
    }

    func chart(title: String, x: String, y: [String], by: [String], isLogarithmic: Bool) throws -> Chart {
        for name in [x] + y + by where !rows.contains(where: { $0[name] != nil }) {
            let known = rows.first.map { $0.keys.joined(separator: ", ") } ?? ""
            throw CommandError("\(path): no object has \"\(name)\"; there are \(known)")
        }
        var names: [String] = []
        let isText = rows.contains { $0[x]?.string != nil }
        var series: [Chart.Series] = []
        for row in rows {
            guard let place = isText ? place(of: row[x], in: &names) : row[x]?.number else { continue }
            for member in y {
                guard let value = row[member]?.number else { continue }
                let parts = by.compactMap { name in row[name].map { "\(name) \(Self.text($0))" } }
                let label = ((y.count > 1 || parts.isEmpty ? [member] : []) + parts).joined(separator: ", ")
                let index = series.firstIndex { $0.name == label } ?? series.count
                if index == series.count { series.append(Chart.Series(label, [])) }
                series[index].points.append(.init(x: place, y: value))
            }
        }
        return Chart(
            title: title, xLabel: x, yLabel: y.count == 1 ? y[0] : "",
            horizontal: isText ? .names(names) : isLogarithmic ? .logarithmic : .linear, series: series)
    }

    private func place(of value: JSONValue?, in names: inout [String]) -> Double? {
        guard let value else { return nil }
        let name = Self.text(value)
        if let place = names.firstIndex(of: name) { return Double(place) }
        names.append(name)
        return Double(names.count - 1)
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? value.serialized() }
}

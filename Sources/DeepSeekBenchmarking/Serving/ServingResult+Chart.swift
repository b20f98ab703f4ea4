import DeepSeekCharts

extension ServingResult {
    /// How long people wait, by the share of them: a curve to the first token and one to the end for each load.
    public static func chart(_ results: [ServingResult], title: String) -> Chart {
        func curve(_ name: String, _ values: Percentiles) -> Chart.Series {
            Chart.Series(
                name,
                stride(from: 0.0, through: 100, by: 1).compactMap { percent in
                    values(percent).map { Chart.Point(x: percent, y: $0) }
                })
        }
        return Chart(
            title: title, xLabel: "percent of the requests", yLabel: "seconds at most",
            series: results.filter { !$0.latency.isEmpty }.flatMap { result in
                [
                    curve("\(result.load): first token", result.timeToFirstToken),
                    curve("\(result.load): whole", result.latency),
                ]
            })
    }
}

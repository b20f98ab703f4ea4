import DeepSeekCharts
import Foundation
import Testing

struct ChartTests {
    private func svg(_ horizontal: Chart.Horizontal, _ points: [(Double, Double)], name: String = "a") -> String {
        Chart(
            title: "T", xLabel: "x", yLabel: "y", horizontal: horizontal,
            series: [.init(name, points.map { .init(x: $0.0, y: $0.1) })]
        ).svg
    }

    @Test func curvesRunBetweenTheTicks() {
        let text = svg(.linear, [(0, 0), (10, 100)])
        // The whole plot: 70 to 700 across, 364 to 44 upwards.
        #expect(text.contains("<polyline points=\"70,364 700,44\""))
        for label in ["0", "20", "100"] { #expect(text.contains(">\(label)</text>")) }
    }

    @Test func logarithmicAxesLeaveOutWhatHasNoPlace() {
        let text = svg(.logarithmic, [(0, 1), (1, 1), (2, 2), (4, 3)])
        #expect(text.components(separatedBy: "<circle").count - 1 == 3)
    }

    @Test func pointsThatAreNotFiniteInterruptCurves() {
        let text = svg(.linear, [(0, 1), (1, 2), (2, .nan), (3, 2), (4, .infinity), (5, 1)])
        #expect(text.components(separatedBy: "<polyline").count - 1 == 3)
        #expect(!text.contains("nan") && !text.contains("inf"))
    }

    @Test func barsStandOnZero() {
        let text = svg(.names(["a", "b"]), [(0, 5), (1, 10), (2, 99)])
        // White ground, two bars, and the legend: what has no name is left out of the picture.
        #expect(text.components(separatedBy: "<rect").count - 1 == 4)
        #expect(text.contains(">a</text>") && text.contains(">b</text>"))
    }

    @Test(arguments: [[], [(1.0, 1.0)], [(1, 0), (1, 0)], [(.nan, .nan)], [(1e300, -1e300), (2e300, 1e300)]])
    func anyNumbersMakeAPicture(points: [(Double, Double)]) throws {
        for horizontal in [Chart.Horizontal.linear, .logarithmic, .names(["a"]), .names([])] {
            let text = svg(horizontal, points)
            #expect(text.hasPrefix("<svg") && text.hasSuffix("</svg>\n"))
            #expect(!text.contains("\"nan") && !text.contains("inf"))
        }
    }

    @Test func textIsEscaped() {
        let text = svg(.linear, [(0, 1)], name: "<script>&\"")
        #expect(text.contains("&lt;script&gt;&amp;&quot;") && !text.contains("<script"))
    }
}

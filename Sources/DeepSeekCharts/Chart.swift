/// A picture of numbers: curves over a number, or bars over names.
public struct Chart: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public var x: Double
        public var y: Double

        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// One curve, or the bars of one colour.
    public struct Series: Sendable, Hashable {
        public var name: String
        /// In the order in which they are joined. Points that are not finite interrupt a curve.
        public var points: [Point]

        public init(_ name: String, _ points: [Point]) {
            self.name = name
            self.points = points
        }
    }

    public enum Horizontal: Sendable, Hashable {
        case linear
        /// Points at x ≤ 0 have no place on it and are left out.
        case logarithmic
        /// Bars: the x of a point is the number of its name.
        case names([String])
    }

    public var title: String
    public var xLabel: String
    public var yLabel: String
    public var horizontal: Horizontal
    public var series: [Series]

    public init(
        title: String, xLabel: String = "", yLabel: String = "", horizontal: Horizontal = .linear, series: [Series]
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.horizontal = horizontal
        self.series = series
    }
}

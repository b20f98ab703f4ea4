extension Chart {
    /// The picture as an SVG document, 720 × 420, on white, with colours that most colour-blind people tell apart.
    public var svg: String { ChartDrawing(self).document }
}

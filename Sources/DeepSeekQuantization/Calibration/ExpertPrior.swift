/// What is taken of an expert that the text hardly reached: what it is for the layer's other experts.
struct ExpertPrior {
    private var squares: [Double] = []
    private var tokens = 0
    /// Whether the experts' columns mean the same: those of the hidden size do, those inside an expert are its own.
    private let sharesColumns: Bool

    /// The prior counts as much as so many tokens.
    private static let weight = 32.0

    init(sharesColumns: Bool) { self.sharesColumns = sharesColumns }

    /// The experts' matrices of one kind in one layer, and whether their columns mean the same; nil for others.
    static func group(of name: String) -> (key: String, sharesColumns: Bool)? {
        guard let start = name.range(of: ".mlp.experts.") else { return nil }
        let rest = name[start.upperBound...]
        guard let dot = rest.firstIndex(of: ".") else { return nil }
        return (String(name[..<start.upperBound] + rest[dot...]), !name.hasSuffix("down_proj.weight"))
    }

    mutating func add(_ sums: InputStatistics.Sums) {
        if squares.isEmpty { squares = [Double](repeating: 0, count: sums.squares.count) }
        for column in squares.indices { squares[column] += sums.squares[column] }
        tokens += sums.tokens
    }

    /// Mean squares of an expert's input, drawn to the layer's the fewer tokens it saw; nil if no expert saw any.
    func means(of sums: InputStatistics.Sums?) -> [Double]? {
        guard tokens > 0 else { return nil }
        var means = squares.map { $0 / Double(tokens) }
        if !sharesColumns {
            let mean = means.reduce(0, +) / Double(means.count)
            means = [Double](repeating: mean, count: means.count)
        }
        guard let sums else { return means }
        let total = Double(sums.tokens) + Self.weight
        return means.indices.map { (sums.squares[$0] + Self.weight * means[$0]) / total }
    }
}

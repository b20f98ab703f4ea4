import DeepSeekJSON
import DeepSeekTokenizer

/// How fast a tokenizer opens and encodes.
public struct TokenizerBenchmark {
    public struct Result: Sendable, Hashable {
        public let loadSeconds: Double
        public let singleMegabytesPerSecond: Double
        public let batchMegabytesPerSecond: Double
        public let tokens: Int

        public var json: JSONValue {
            [
                "load_seconds": .number(loadSeconds), "single_mb_per_s": .number(singleMegabytesPerSecond),
                "batch_mb_per_s": .number(batchMegabytesPerSecond), "tokens": .integer(tokens),
            ]
        }
    }

    private let folder: String
    private let texts: [String]
    private let bytes: Int
    private let runs: Int

    /// - Parameter text: encoded in pieces of whole lines, as documents come.
    public init(folder: String, text: String, runs: Int) {
        self.folder = folder
        self.runs = runs
        bytes = text.utf8.count
        var pieces: [String] = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let cut = rest.index(rest.startIndex, offsetBy: 65_536, limitedBy: rest.endIndex) ?? rest.endIndex
            let end = rest[cut...].firstIndex(of: 10).map { rest.index(after: $0) } ?? rest.endIndex
            pieces.append(String(Substring(rest[..<end])))
            rest = rest[end...]
        }
        texts = pieces
    }

    /// The median of the runs, each.
    public func run() throws -> Result {
        let clock = ContinuousClock()
        var loads: [Double] = []
        var singles: [Double] = []
        var batches: [Double] = []
        var tokens = 0
        for _ in 0..<max(runs, 1) {
            var tokenizer: Tokenizer?
            loads.append(try clock.measure { tokenizer = try Tokenizer(folder: folder) } / .seconds(1))
            guard let tokenizer else { continue }
            let single = clock.measure { tokens = texts.reduce(0) { $0 + tokenizer.encode($1).count } }
            singles.append(Double(bytes) / 1e6 / (single / .seconds(1)))
            let batch = clock.measure { _ = tokenizer.encodeBatch(texts) }
            batches.append(Double(bytes) / 1e6 / (batch / .seconds(1)))
        }
        return Result(
            loadSeconds: SpeedResult.median(loads) ?? .nan,
            singleMegabytesPerSecond: SpeedResult.median(singles) ?? .nan,
            batchMegabytesPerSecond: SpeedResult.median(batches) ?? .nan, tokens: tokens)
    }
}

import DeepSeekConstraints
import DeepSeekJSON
import DeepSeekTokenizer

/// What constrained output costs per token at a vocabulary: a text is written token by token, as a model would.
public struct ConstraintBenchmark {
    public struct Result: Sendable, Hashable {
        public let constraint: String
        public let tokens: Int
        /// From the constraint to its automaton.
        public let compileSeconds: Double
        /// Of a token in states that are met for the first time: mean, and the largest.
        public let coldSeconds: Double
        public let slowestSeconds: Double
        /// Of a token when the masks are known.
        public let warmSeconds: Double

        public var json: JSONValue {
            [
                "constraint": .string(constraint), "tokens": .integer(tokens),
                "compile_seconds": .number(compileSeconds),
                "cold_seconds": .number(coldSeconds), "slowest_seconds": .number(slowestSeconds),
                "warm_seconds": .number(warmSeconds),
            ]
        }
    }

    private let tokenizer: Tokenizer
    private let trie: TokenTrie
    /// To sort the vocabulary, once for a model.
    public let vocabularySeconds: Double

    public init(folder: String) throws {
        let tokenizer = try Tokenizer(folder: folder)
        var trie: TokenTrie?
        vocabularySeconds =
            ContinuousClock().measure { trie = TokenTrie(tokenizer, vocabularySize: tokenizer.vocabularySize) }
            / .seconds(1)
        self.tokenizer = tokenizer
        self.trie = trie ?? TokenTrie(tokenizer, vocabularySize: tokenizer.vocabularySize)
    }

    private static let schema: JSONValue = [
        "type": "object", "additionalProperties": false,
        "properties": [
            "title": ["type": "string"], "date": ["type": "string", "format": "date"],
            "people": [
                "type": "array",
                "items": [
                    "type": "object", "additionalProperties": false,
                    "properties": [
                        "name": ["type": "string", "maxLength": 200], "age": ["type": "integer", "minimum": 0],
                        "mail": ["type": "string", "format": "email"],
                    ], "required": ["name", "age", "mail"],
                ],
            ],
        ], "required": ["title", "date", "people"],
    ]

    private static let document = """
        {
          "title": "Minutes of the meeting about latent attention — 潜在注意力",
          "date": "2024-05-07",
          "people": [
            {"name": "Ada Lovelace", "age": 36, "mail": "ada@example.com"},
            {"name": "Zu Chongzhi 祖冲之", "age": 71, "mail": "zu.chongzhi@example.org"},
            {"name": "Émilie du Châtelet", "age": 42, "mail": "emilie@example.net"}
          ]
        }
        """

    public func run() throws -> [Result] {
        let prose = "The quick brown fox, having jumped over the lazy dog, rested. 快速的棕色狐狸休息了。"
        return [
            try measure("JSON mode", .json, Self.document),
            try measure("schema", .jsonSchema(Self.schema, strict: false), Self.document),
            try measure("regex [^\\n]{1,400}", .regex("[^\\n]{1,400}"), prose),
        ]
    }

    private func measure(_ name: String, _ constraint: OutputConstraint, _ text: String) throws -> Result {
        let clock = ContinuousClock()
        let start = clock.now
        let compiled = try CompiledConstraint(constraint, trie: trie)
        let compileSeconds = start.duration(to: clock.now) / .seconds(1)
        let tokens = tokenizer.encode(text)
        let cold = try write(tokens, compiled)
        let rounds = try (0..<5).map { _ in try write(tokens, compiled).reduce(0, +) / Double(tokens.count) }
        return Result(
            constraint: name, tokens: tokens.count, compileSeconds: compileSeconds,
            coldSeconds: cold.reduce(0, +) / Double(tokens.count), slowestSeconds: cold.max() ?? 0,
            warmSeconds: SpeedResult.median(rounds) ?? 0)
    }

    /// - Returns: seconds of each token.
    private func write(_ tokens: [TokenID], _ constraint: CompiledConstraint) throws -> [Double] {
        let clock = ContinuousClock()
        var state = try ConstraintState(constraint, ends: [])
        let logits = [Float](repeating: 0, count: trie.vocabularySize)
        var scores = logits
        return try tokens.map { token in
            let start = clock.now
            try logits.withUnsafeBufferPointer { logits in
                try scores.withUnsafeMutableBufferPointer {
                    if let base = $0.baseAddress { try state.restrict(logits, into: base, remaining: 100_000) }
                }
            }
            guard scores[Int(token)] == 0 else { throw Failure(description: "token \(token) was not allowed") }
            try state.advance(token)
            return start.duration(to: clock.now) / .seconds(1)
        }
    }

    private struct Failure: Error, CustomStringConvertible { let description: String }
}

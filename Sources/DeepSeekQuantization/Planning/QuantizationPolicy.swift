import DeepSeekModel

/// Which tensors become what, and why: the first rule that fits a tensor holds.
public struct QuantizationPolicy: Sendable, Hashable {
    public struct Rule: Sendable, Hashable {
        /// What the rule is about, for people.
        public let subject: String
        public let storage: TensorStorage
        public let reason: String
        /// The rule holds only where its tensors are no larger a share of all weights; elsewhere the next one does.
        public let largestShare: Double?
        private let parts: Set<ParameterInventory.Part>
        /// Of the name; empty for any.
        private let suffix: String

        init(
            _ subject: String, _ storage: TensorStorage, parts: Set<ParameterInventory.Part>? = nil,
            suffix: String = "", upTo largestShare: Double? = nil, because reason: String
        ) {
            self.largestShare = largestShare
            self.subject = subject
            self.storage = storage
            self.reason = reason
            self.parts = parts ?? Set(ParameterInventory.Part.allCases)
            self.suffix = suffix
        }

        func fits(_ tensor: ParameterInventory.Tensor) -> Bool {
            parts.contains(tensor.part) && tensor.name.hasSuffix(suffix)
        }
    }

    public let format: QuantizationFormat
    public let rules: [Rule]

    /// Changes whenever the bytes that a format gives change, so that no run goes on with shards of an older program.
    static let revision = 2

    /// Share of the weights for which twice the bits cost next to nothing.
    private static let cheap = 0.015

    private static let small = [
        Rule(
            "norms", .asStored, parts: [.norms],
            because: "a ten-thousandth of the weights, and each scales a whole column of what follows"),
        Rule(
            "biases", .asStored, suffix: ".bias", because: "added to sums, not multiplied: there is nothing to gain"),
        Rule(
            "router", .asStored, parts: [.router],
            because: "0.02 % of the weights; no precision in an expert makes up for choosing another expert"),
    ]

    public init(_ format: QuantizationFormat) {
        self.format = format
        rules =
            switch format {
            case .int8:
                Self.small + [
                    Rule(
                        "all matrices, embedding and head too", .int8,
                        because: "rounds by at most 1/254 of a group's largest weight; nothing gains from more")
                ]
            case .int4:
                Self.small + [
                    Rule(
                        "latent down-projection (kv_a_proj_with_mqa)", .int8, suffix: ".kv_a_proj_with_mqa.weight",
                        upTo: Self.cheap,
                        because: "all that is cached, for every head and every later token, comes of it"),
                    Rule(
                        "embedding", .int8, parts: [.embedding], upTo: Self.cheap,
                        because: "only a token's own row is read, so it costs no time"),
                    Rule(
                        "head", .int8, parts: [.head], upTo: Self.cheap,
                        because:
                            "nothing comes after it that could even out its errors: in 4 bits it makes half of the "
                            + "divergence of a small model"),
                    Rule(
                        "all other matrices", .int4, because: "reading them is most of what a token costs"),
                ]
            case .fp8:
                Self.small + [
                    Rule(
                        "embedding and head", .asStored, parts: [.embedding, .head],
                        because: "as DeepSeek-V3 is published, so that others open the folder too"),
                    Rule(
                        "all other matrices", .fp8,
                        because: "three bits of fraction for every weight, whatever its size beside its block's largest"
                    ),
                ]
            }
    }

    /// The rules that hold for a network, by its tensors' names.
    func rules(for inventory: ParameterInventory) -> [String: Rule] {
        let total = Double(max(inventory.total, 1))
        var chosen: [String: Rule] = [:]
        for rule in rules {
            let tensors = inventory.tensors.filter { chosen[$0.name] == nil && rule.fits($0) }
            let share = Double(tensors.reduce(0) { $0 + $1.count }) / total
            if let largest = rule.largestShare, share > largest { continue }
            for tensor in tensors { chosen[tensor.name] = rule }
        }
        return chosen
    }

    /// What the rule says, for people.
    public static func text(_ rule: Rule) -> String {
        let limit = rule.largestShare.map { " (where at most \(($0 * 1_000).rounded() / 10) % of the weights)" } ?? ""
        return "\(rule.subject): \(rule.storage.rawValue)\(limit); \(rule.reason)"
    }
}

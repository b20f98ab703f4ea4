import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import Foundation

/// What `inspect` says, as text and as JSON.
struct InspectReport {
    let folder: String
    let checkpoint: Checkpoint
    let configuration: ModelConfiguration
    let context: Int
    let arithmetic: ArithmeticType
    private let format: CacheFormat
    let threads: Int

    private var inventory: ParameterInventory { ParameterInventory(configuration) }
    private var cache: CacheComparison { CacheComparison(configuration, format: format) }
    private static let dense67B = "dense 67B (bf16)"
    private var tokenizerBytes: Int {
        if checkpoint.isGGUF { return (try? Checkpoint.embeddedTokenizerBytes(checkpoint.folder)) ?? 0 }
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/tokenizer.json")
        return attributes?[.size] as? Int ?? 0
    }

    private var forecast: MemoryForecast {
        MemoryForecast(
            configuration, weightBytes: checkpoint.byteCount, repackedBytes: checkpoint.anonymousByteCount,
            arithmetic: arithmetic, cacheFormat: format, context: context, threads: threads,
            tokenizerBytes: tokenizerBytes)
    }

    /// - Parameter cacheFormat: nil takes the one that goes with the arithmetic.
    init(
        folder: String, checkpoint: Checkpoint, configuration: ModelConfiguration, context: Int,
        arithmetic: ArithmeticType, cacheFormat: CacheFormat?, threads: Int
    ) {
        self.folder = folder
        self.checkpoint = checkpoint
        self.configuration = configuration
        self.context = context
        self.arithmetic = arithmetic
        format = cacheFormat ?? arithmetic.cacheFormat(for: configuration)
        self.threads = threads
    }

    var text: String {
        let inventory = inventory
        let cache = cache
        let forecast = forecast
        var lines = [folder, ""]
        func row(_ name: String, _ value: String) {
            lines.append("  " + name.padding(to: 26) + value)
        }
        row("architecture", configuration.architecture.rawValue)
        row("layers", layersText)
        row("hidden size, heads", "\(configuration.hiddenSize), \(configuration.heads)")
        row("attention", attentionText)
        if let mixture = configuration.mixture { row("experts", expertsText(mixture)) }
        row("vocabulary, positions", "\(configuration.vocabularySize), \(configuration.maximumPositions)")
        row("weights", "\(typesText), \(Format.bytes(checkpoint.byteCount)) in \(checkpoint.files.count) file(s)")

        lines += [
            "", "  " + "parameters".padding(to: 26) + "total".leftPadded(to: 18) + "per token".leftPadded(to: 18),
        ]
        for part in ParameterInventory.Part.allCases where inventory.total(in: part) > 0 {
            lines.append(
                "    " + part.rawValue.padding(to: 24) + Format.grouped(inventory.total(in: part)).leftPadded(to: 18)
                    + Format.grouped(inventory.active(in: part)).leftPadded(to: 18))
        }
        lines.append(
            "    " + "all".padding(to: 24)
                + "\(Format.grouped(inventory.total))".leftPadded(to: 18)
                + "\(Format.grouped(inventory.active))".leftPadded(to: 18)
                + "   (\(Format.count(inventory.total)), \(Format.count(inventory.active)) active)")

        lines += [
            "",
            "  cache".padding(to: 28) + "bytes per token".leftPadded(to: 16) + "at \(context) tokens".leftPadded(to: 22)
                + "under dense 67B".leftPadded(to: 18),
        ]
        for (name, bytes) in cacheRows(cache) {
            let saving = (1 - Double(bytes) / Double(CacheComparison.dense67B)) * 100
            lines.append(
                "    " + name.padding(to: 24) + Format.grouped(bytes).leftPadded(to: 16)
                    + Format.bytes(CacheComparison.bytes(perToken: bytes, tokens: context)).leftPadded(to: 22)
                    + (name == Self.dense67B ? "" : (Format.decimals(saving, 1) + " %").leftPadded(to: 18)))
        }
        lines += ["", "  memory forecast at \(context) tokens, \(threads) threads"]
        row("  mapped from files", Format.bytes(forecast.mapped) + " (shared; read as needed)")
        if forecast.repacked > 0 { row("  re-packed weights", Format.bytes(forecast.repacked)) }
        row("  cache", Format.bytes(forecast.cache))
        row("  working memory", Format.bytes(forecast.workspace))
        row("  program", Format.bytes(forecast.runtime))
        row("  anonymous, together", Format.bytes(forecast.anonymous))
        if let available = SystemMemory.available { row("  available now", Format.bytes(available)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func cacheRows(_ cache: CacheComparison) -> [(String, Int)] {
        let own =
            if case .latent = configuration.attention { "latent" } else { "grouped" }
        return CacheFormat.allCases.map { format in
            (
                "\(own), \(format.rawValue)" + (format == self.format ? " (used)" : ""),
                CacheComparison(configuration, format: format).bytesPerToken
            )
        } + [("expanded, every head", cache.expandedBytesPerToken), (Self.dense67B, CacheComparison.dense67B)]
    }

    private var layersText: String {
        let mixtures = (0..<configuration.layers).count { configuration.isMixture(layer: $0) }
        return mixtures == 0
            ? "\(configuration.layers)" : "\(configuration.layers), of which \(mixtures) with experts"
    }

    private var attentionText: String {
        switch configuration.attention {
        case .latent(let latent):
            let query = latent.queryRank.map { "query latent \($0), " } ?? ""
            return "multi-head latent: \(query)key-value latent \(latent.keyValueRank), per head "
                + "\(latent.nopeWidth) + \(latent.ropeWidth) rotated, value \(latent.valueWidth)"
        case .groupedQuery(let grouped):
            return "grouped query: \(grouped.keyValueHeads) key-value heads of \(grouped.headWidth)"
        }
    }

    private func expertsText(_ mixture: MixtureOfExpertsConfiguration) -> String {
        var text =
            "\(mixture.routedExperts) routed, \(mixture.expertsPerToken) per token; "
            + "\(mixture.sharedExperts) shared; width \(mixture.expertWidth)"
        if case .groupLimited(let groups, let chosen) = mixture.selection {
            text += "; from \(chosen) of \(groups) groups"
        }
        return text
    }

    private var types: [String] {
        Set(checkpoint.tensorNames.compactMap { checkpoint.tensor(named: $0)?.elementType.rawValue }).sorted()
    }

    private var typesText: String { types.joined(separator: ", ") }

    var json: JSONValue {
        let inventory = inventory
        let cache = cache
        let forecast = forecast
        let parts = ParameterInventory.Part.allCases.filter { inventory.total(in: $0) > 0 }
        func members(_ count: (ParameterInventory.Part) -> Int) -> JSONValue {
            .object(.init(uniqueKeysWithValues: parts.map { ($0.rawValue, .integer(count($0))) }))
        }
        var members: JSONValue = [
            "folder": .string(folder),
            "architecture": .string(configuration.architecture.rawValue),
            "num_hidden_layers": .integer(configuration.layers),
            "hidden_size": .integer(configuration.hiddenSize),
            "num_attention_heads": .integer(configuration.heads),
            "vocab_size": .integer(configuration.vocabularySize),
            "max_position_embeddings": .integer(configuration.maximumPositions),
            "weights": [
                "bytes": .integer(checkpoint.byteCount), "files": .integer(checkpoint.files.count),
                "types": .array(types.map(JSONValue.string)),
            ],
            "parameters": [
                "total": .integer(inventory.total), "active": .integer(inventory.active),
                "total_by_part": members { inventory.total(in: $0) },
                "active_by_part": members { inventory.active(in: $0) },
            ],
            "cache": [
                "dtype": .string(arithmetic.rawValue), "format": .string(format.rawValue), "context": .integer(context),
                "elements_per_token": .integer(configuration.layers * configuration.cacheWidth),
                "bytes_per_token": .integer(cache.bytesPerToken),
                "bytes_at_context": .integer(CacheComparison.bytes(perToken: cache.bytesPerToken, tokens: context)),
                "bytes_per_token_by_format": .object(
                    .init(
                        uniqueKeysWithValues: CacheFormat.allCases.map {
                            ($0.rawValue, .integer(CacheComparison(configuration, format: $0).bytesPerToken))
                        })),
                "expanded_bytes_per_token": .integer(cache.expandedBytesPerToken),
                "dense_67b_bytes_per_token": .integer(CacheComparison.dense67B),
                "saving_over_dense_67b": .number(cache.savingOverDense67B),
            ],
            "memory": [
                "mapped_bytes": .integer(forecast.mapped), "repacked_bytes": .integer(forecast.repacked),
                "cache_bytes": .integer(forecast.cache),
                "workspace_bytes": .integer(forecast.workspace), "runtime_bytes": .integer(forecast.runtime),
                "anonymous_bytes": .integer(forecast.anonymous), "threads": .integer(threads),
            ],
        ]
        if let mixture = configuration.mixture, case .object(var object) = members {
            object["n_routed_experts"] = .integer(mixture.routedExperts)
            object["num_experts_per_tok"] = .integer(mixture.expertsPerToken)
            object["n_shared_experts"] = .integer(mixture.sharedExperts)
            members = .object(object)
        }
        return members
    }
}

import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTokenizer

/// Runs a text through a model and watches what enters its matrices.
public struct Calibrator {
    private let checkpoint: Checkpoint
    private let model: DecoderModel
    private let tokenizer: Tokenizer
    private let workspace: Workspace
    private let cache: LatentCache
    /// Tokens that see each other.
    private let window: Int
    /// Matrices whose inputs are taken together, with their columns.
    private let together: [UnsafeRawPointer: Int]
    private let kernels: Kernels

    /// The longest window.
    private static let largestWindow = 512
    /// Bytes of the logits of one pass, which are computed so that the head sees its input.
    private static let logitBytes = 64 << 20
    /// Memory for how inputs go together.
    private static let momentBytes = 1 << 30

    /// - Throws: `CheckpointError`, `ModelError` or `TokenizerError`.
    public init(_ checkpoint: Checkpoint, instructionSet: InstructionSet, threads: Int? = nil) throws {
        self.checkpoint = checkpoint
        model = try DecoderModel(checkpoint)
        tokenizer = try Tokenizer(folder: checkpoint.folder)
        let configuration = model.configuration
        window = min(configuration.maximumPositions, Self.largestWindow)
        let rows = Self.logitBytes / (configuration.vocabularySize * MemoryLayout<Float>.size)
        // Expanded attention multiplies with every matrix, where the absorbed form takes some apart.
        workspace = try Workspace(
            configuration, options: ForwardOptions(attention: .expanded), maximumRows: max(min(rows, window), 1),
            instructionSet: instructionSet, threads: threads)
        cache = try LatentCache(layout: model.cacheLayout(.float32), tokens: window)
        together = Self.matricesToTake(together: ParameterInventory(configuration), of: checkpoint)
        kernels = Kernels(instructionSet)
    }

    /// As many as there is memory for: the head first, since nothing evens out its errors, the experts last, since each
    /// sees only a part of the text.
    private static func matricesToTake(
        together inventory: ParameterInventory, of checkpoint: Checkpoint
    ) -> [UnsafeRawPointer: Int] {
        let order: [ParameterInventory.Part] = [
            .head, .attention, .sharedExperts, .denseFeedForward, .routedExperts,
        ]
        var left = momentBytes
        var matrices: [UnsafeRawPointer: Int] = [:]
        for part in order {
            for tensor in inventory.tensors where tensor.part == part && tensor.shape.count == 2 {
                let columns = tensor.shape[1]
                let bytes = InputMoments.byteCount(columns: columns)
                // The second of a gated pair has the first one's input.
                guard columns <= RoundingFeedback.largestColumns, bytes <= left,
                    !tensor.name.hasSuffix("up_proj.weight"),
                    let base = checkpoint.tensor(named: tensor.name)?.bytes.baseAddress
                else { continue }
                left -= bytes
                matrices[base] = columns
            }
        }
        return matrices
    }

    /// - Parameters:
    ///   - maximumTokens: of the text; the rest is not read.
    ///   - progress: tokens done, and of how many.
    /// - Throws: ``QuantizationError`` `unfitText` for less than a few tokens; `ModelError`.
    public func importance(
        of text: String, maximumTokens: Int, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> ColumnImportance {
        let ids = tokenizer.encode(text, matchingSpecialTokens: false).prefix(maximumTokens).map { Int32($0) }
        guard ids.count >= 32 else {
            throw QuantizationError(
                .unfitText, "the text for calibration has \(ids.count) tokens; some ten thousand make sense")
        }
        let statistics = try observe(ids, progress)
        var moments: [String: InputMoments] = [:]
        for name in matrixNames {
            guard let base = checkpoint.tensor(named: name)?.bytes.baseAddress else { continue }
            moments[name] = statistics.together(base)
        }
        return ColumnImportance(means: means(statistics), moments: moments, fingerprint: Self.fingerprint(ids))
    }

    private func observe(_ ids: [Int32], _ progress: (Int, Int) -> Void) throws -> InputStatistics {
        // The observer outlives no call of this function.
        var statistics = InputStatistics(together: together, kernels: kernels)
        let beginning = model.configuration.beginningOfSequence.map { [$0] } ?? []
        let step = max(window - beginning.count, 1)
        var batch = Batch()
        var done = 0
        for index in Self.scattered((ids.count + step - 1) / step) {
            let first = index * step
            let end = min(first + step, ids.count)
            let tokens = Array((beginning + ids[first..<end]).prefix(window))
            let sequence = cache.makeSequence()
            defer { cache.release(sequence) }
            for start in stride(from: 0, to: tokens.count, by: workspace.maximumRows) {
                batch.removeAll()
                batch.append(
                    tokens[start..<min(start + workspace.maximumRows, tokens.count)], to: sequence, logits: .all)
                try withObserver {
                    statistics.add($0)
                } run: {
                    _ = try model.forward(batch, cache: cache, workspace: workspace)
                }
            }
            done += end - first
            progress(done, ids.count)
        }
        return statistics
    }

    /// Places in an order of which every beginning covers the whole text: what stops early must have seen all of its
    /// languages.
    private static func scattered(_ count: Int) -> [Int] {
        let golden = 0.618_033_988_749_895
        func place(_ index: Int) -> Double { (Double(index) * golden).truncatingRemainder(dividingBy: 1) }
        return (0..<count).sorted { place($0) < place($1) }
    }

    private func withObserver(_ observer: (ProductTask) -> Void, run body: () throws -> Void) rethrows {
        try withoutActuallyEscaping(observer) { observer in
            workspace.observeProduct = observer
            defer { workspace.observeProduct = nil }
            try body()
        }
    }

    private var matrixNames: [String] {
        ParameterInventory(model.configuration).tensors.filter { $0.shape.count == 2 }.map(\.name)
    }

    private func means(_ statistics: InputStatistics) -> [String: [Float]] {
        let names = matrixNames
        var found: [String: InputStatistics.Sums] = [:]
        var priors: [String: ExpertPrior] = [:]
        for name in names {
            guard let base = checkpoint.tensor(named: name)?.bytes.baseAddress, let sums = statistics[base] else {
                continue
            }
            found[name] = sums
            guard let group = ExpertPrior.group(of: name) else { continue }
            priors[group.key, default: ExpertPrior(sharesColumns: group.sharesColumns)].add(sums)
        }
        var means: [String: [Float]] = [:]
        for name in names {
            if let group = ExpertPrior.group(of: name) {
                means[name] = priors[group.key]?.means(of: found[name])?.map { Float($0) }
            } else if let sums = found[name] {
                means[name] = sums.squares.map { Float($0 / Double(sums.tokens)) }
            }
        }
        return means
    }

    /// FNV-1a over the tokens.
    private static func fingerprint(_ ids: [Int32]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for id in ids { hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x100_0000_01B3 }
        return "\(ids.count) tokens, \(String(hash, radix: 16))"
    }
}

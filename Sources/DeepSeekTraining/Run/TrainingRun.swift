import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import Foundation

/// A training run: prepares data, steps, logs, evaluates, and saves itself so that it can go on after any interruption
/// with the same numbers.
public final class TrainingRun {
    public let recipe: TrainingRecipe
    /// The step of the checkpoint that the run goes on from; 0 for a new one.
    public private(set) var resumedStep = 0
    public let parameterCount: Int
    /// Bytes of activations and their gradients.
    public var activationBytes: Int { network.tape.byteCount }

    let network: TrainingNetwork
    let configuration: JSONValue
    let checkpoints: RunCheckpoint
    let log: TrainingLog
    let encoder: TextEncoder
    var state = TrainingState()
    private let sampler: SequenceSampler
    private let evaluator: HeldTextEvaluator?
    private let optimizer: AdamW
    private let cost: TrainingCost
    private let ceiling: Double
    /// Skipped steps in a row after which a run gives up all the same.
    private static let patience = 10

    /// Opens or goes on with a run.
    ///
    /// - Parameters:
    ///   - threads: all that the process may use if nil.
    ///   - progress: of the preparation of data, file by file.
    /// - Throws: ``TrainingError``, or the errors of checkpoints, models and tokenizers.
    public init(
        _ recipe: TrainingRecipe, threads: Int? = nil, instructionSet: InstructionSet,
        progress: (_ path: String, _ done: Double, _ tokens: Int) -> Void = { _, _, _ in }
    ) throws {
        self.recipe = recipe
        let threads = threads ?? ProcessorCount.usable
        let source = try recipe.startingPoint.map { try Checkpoint(folder: $0) }
        let path = recipe.configurationPath ?? source?.configurationPath ?? ""
        configuration =
            if let source, recipe.configurationPath == nil { source.configuration } else {
                try Checkpoint.readJSON(path: path)
            }
        let model = try ModelConfiguration(configuration, path: path)
        try RunChecks.check(recipe, model, path)
        encoder = try TextEncoder(
            folder: recipe.tokenizer, conversationLimit: recipe.task == .sft ? recipe.length : nil)
        try RunChecks.check(encoder, model, recipe)
        try RunFile.makeFolder(recipe.output)
        let data = RunData(recipe, encoder)
        sampler = try data.sampler(progress)
        network = try TrainingNetwork(
            model, rows: recipe.passSequences * recipe.length, sequenceLength: recipe.length, options: recipe.options,
            instructionSet: instructionSet, threads: threads, adaptation: recipe.adaptation)
        evaluator = try data.evaluator(progress)
        parameterCount = network.store.parameters.reduce(0) { $0 + $1.count }
        let options = recipe.optimizer
        optimizer = AdamW(
            beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon, decay: options.decay,
            decaysVectors: options.decaysVectors)
        cost = TrainingCost(model, length: recipe.length)
        let elements = recipe.options.precision.rawValue
        let measured = try ProductCeiling.measure(threads: threads)
        // A set without products of bfloat16 is held against its float32.
        let own = measured.filter { $0.instructionSet == instructionSet.rawValue }
        ceiling =
            (own.first { $0.elements == elements } ?? own.first { $0.elements == "float32" })?.operationsPerSecond ?? 0
        checkpoints = RunCheckpoint(folder: recipe.output)
        checkpoints.removeLeftovers()
        if let step = checkpoints.steps.last {
            if recipe.adaptation != nil, let source {
                try network.store.load(source, network.context.kernels, tied: model.tiesEmbeddings)
            }
            let saved = try checkpoints.load(step: step, into: network)
            try Self.check(saved, recipe, checkpoints.path(step: step))
            guard let state = TrainingState(saved), let data = saved["data"], sampler.restore(data) else {
                throw TrainingError(
                    .invalidCheckpoint,
                    "\(checkpoints.path(step: step))/state.json: not the state of this recipe's data; use another "
                        + "\"output\", or restore the data")
            }
            self.state = state
            resumedStep = step
        } else if let source {
            try network.store.load(source, network.context.kernels, tied: model.tiesEmbeddings)
            network.store.initializeAdaptation(seed: UInt64(recipe.seed))
        } else {
            network.store.initialize(deviation: recipe.initialDeviation, seed: UInt64(recipe.seed))
        }
        log = try TrainingLog(folder: recipe.output, after: resumedStep)
    }

    private static func check(_ saved: JSONValue, _ recipe: TrainingRecipe, _ path: String) throws {
        let (before, now) = (saved["recipe"], RunChecks.summary(recipe))
        guard before != now else { return }
        let changed = (now.object?.keys ?? []).filter { before?[$0] != now[$0] }
        throw TrainingError(
            .invalidCheckpoint,
            "\(path) was made with another recipe (\(changed.joined(separator: ", ")) changed); set them back, or start "
                + "another run in another \"output\", with this model under \"model.from\"")
    }

    public var isFinished: Bool { state.step >= recipe.steps }

    /// Steps until the end, saving along the way; at the end the model is in `model/`.
    ///
    /// - Parameter observe: is told of every step, and may stop the run by returning false; it is saved then.
    public func train(_ observe: (StepRecord) throws -> Bool) throws {
        while !isFinished {
            let record = try step()
            try log.append(record)
            let goesOn = try observe(record)
            if state.step % recipe.checkpointEvery == 0 || isFinished || !goesOn { try save() }
            guard goesOn else { return }
        }
        try log.draw()
        try export()
    }

    public func save() throws {
        var json = state.json
        if case .object(var members) = json {
            members["data"] = sampler.state
            members["recipe"] = RunChecks.summary(recipe)
            json = .object(members)
        }
        try checkpoints.save(
            json, step: state.step, network: network, configuration: configuration, tokenizer: recipe.tokenizer,
            keeping: recipe.keptCheckpoints)
    }

    /// The model under its own name; one that is there from before goes when the new one is whole.
    private func export() throws {
        let (place, temporary) = ("\(recipe.output)/model", "\(recipe.output)/.model")
        let files = FileManager.default
        if files.fileExists(atPath: temporary) { try files.removeItem(atPath: temporary) }
        try ModelExport(
            network, configuration: configuration, tokenizer: recipe.tokenizer,
            type: recipe.exportType == "float32" ? .float32 : .bfloat16
        ).write(to: temporary)
        if files.fileExists(atPath: place) { try files.removeItem(atPath: place) }
        try FolderMove.move(temporary, to: place)
    }

    private func step() throws -> StepRecord {
        let clock = ContinuousClock()
        let start = clock.now
        let sequences = (0..<recipe.sequences(afterTokens: state.tokens)).map { _ in sampler.next() }
        network.store.clearGradients(network.context)
        let figures = try differentiate(sequences)
        let rate = recipe.schedule.rate(step: state.step + 1, of: recipe.steps)
        let norms = AdamW.gradientNorms(network.store.trained, network.context)
        let norm = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let fault = fault(figures.loss, norms)
        if let fault {
            state.skipped += 1
            guard recipe.onDivergence == .skip, state.skipped <= Self.patience else { throw diverged(fault) }
        } else {
            state.skipped = 0
            state.updates += 1
            optimizer.step(
                network.store.trained, number: state.updates, learningRate: rate,
                scale: min(1, recipe.optimizer.clip / (norm + 1e-6)), network.context)
            state.smoothedLoss = state.smoothedLoss.map { 0.95 * $0 + 0.05 * figures.loss } ?? figures.loss
        }
        let tokens = sequences.count * recipe.length
        state.step += 1
        state.tokens += tokens
        let elapsed = clock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
        var record = StepRecord(
            step: state.step, tokens: state.tokens, loss: figures.loss, balanceLoss: figures.balance,
            learningRate: rate, gradientNorm: norm, expertLoad: figures.load, dropped: figures.dropped,
            tokensPerSecond: Double(tokens) / seconds,
            ceilingShare: ceiling > 0 ? cost.operationsPerToken * Double(tokens) / seconds / ceiling : 0,
            wasSkipped: fault != nil)
        if let evaluator, state.step % recipe.evaluateEvery == 0 || isFinished {
            record.validationBitsPerByte = evaluator.bitsPerByte(network)
        }
        return record
    }

    private struct Figures {
        var loss = 0.0
        var balance = 0.0
        var load = 0.0
        var dropped = 0.0
    }

    /// Gradients of all sequences, pass by pass.
    private func differentiate(_ sequences: [TrainingSequence]) throws -> Figures {
        let passes = sequences.count / recipe.passSequences
        let targets = sequences.reduce(0) { $0 + $1.targets.count { $0 >= 0 } }
        guard targets > 0 else {
            throw TrainingError(.invalidData, "step \(state.step + 1): the batch holds nothing to learn")
        }
        var random = TrainingRandom(seed: UInt64(recipe.seed) ^ 0xD209, stream: UInt64(state.step))
        var figures = Figures()
        for pass in 0..<passes {
            let batch = network.batch
            batch.fill(sequences[pass * recipe.passSequences..<(pass + 1) * recipe.passSequences])
            batch.lossScale = 1 / Float(targets)
            batch.balanceScale = 1 / Float(passes)
            let exempt = recipe.options.dropping?.exemptShare ?? 0
            batch.mayDrop = (0..<batch.sequences).map { _ in random.uniform() >= exempt }
            _ = network.differentiate()
            figures.loss += network.head.lossSum / Double(targets)
            for router in network.routers {
                let share = 1 / Double(passes * network.routers.count)
                let loads = router.routing.loads
                figures.balance += router.balanceLoss / Double(passes)
                figures.load += share * Double((loads.max() ?? 0) * loads.count) / Double(loads.reduce(0, +))
                figures.dropped += share * Double(router.routing.dropped) / Double(loads.reduce(0, +))
            }
        }
        return figures
    }

    /// What is wrong with a step, if something is.
    private func fault(_ loss: Double, _ norms: [Double]) -> String? {
        let names = network.store.trained.map(\.name)
        if let index = norms.firstIndex(where: { !$0.isFinite }) {
            return "the gradient of \"\(names[index])\" is not finite"
        }
        guard loss.isFinite else { return "the loss is \(loss)" }
        guard let recent = state.smoothedLoss, loss > recipe.explosionFactor * recent else { return nil }
        let largest = norms.indices.max { norms[$0] < norms[$1] }.map { names[$0] } ?? ""
        return "the loss is \(loss), and was about \(recent); the largest gradient is that of \"\(largest)\""
    }

    private func diverged(_ fault: String) -> TrainingError {
        let good = checkpoints.steps.last.map { checkpoints.path(step: $0) }
        return TrainingError(
            .diverged,
            "step \(state.step + 1): \(fault). The last good checkpoint is \(good ?? "none"); lower "
                + "\"optimizer.learning_rate\" and go on, or set \"on_divergence: skip\"")
    }
}

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
    private let task: any RunTask
    private let optimizer: AdamW
    private let cost: TrainingCost
    private let ceiling: Double
    /// Skipped steps in a row after which a run gives up all the same.
    private static let patience = 10

    /// Opens or goes on with a run.
    ///
    /// - Parameters:
    ///   - threads: all that the process may use if nil.
    ///   - rewards: of a program's own, besides those that the recipe names.
    ///   - progress: of the preparation of data, file by file.
    /// - Throws: ``TrainingError``, or the errors of checkpoints, models and tokenizers.
    public init(
        _ recipe: TrainingRecipe, threads: Int? = nil, instructionSet: InstructionSet,
        rewards: [(reward: any Reward, weight: Double)] = [],
        progress: (_ path: String, _ done: Double, _ tokens: Int) -> Void = { _, _, _ in }
    ) throws {
        self.recipe = recipe
        let threads = threads ?? ProcessorCount.usable
        let source = try recipe.startingPoint.map { try Checkpoint(folder: $0) }
        let path = recipe.configurationPath ?? source?.configurationPath ?? ""
        let found =
            if let source, recipe.configurationPath == nil { source.configuration } else {
                try Checkpoint.readJSON(path: path)
            }
        configuration = try recipe.contextExtension?.extended(found, path: path) ?? found
        let model = try ModelConfiguration(configuration, path: path)
        try RunChecks.check(recipe, model, path)
        encoder = try TextEncoder(
            folder: recipe.tokenizer, conversationLimit: recipe.task == .sft ? recipe.length : nil)
        try RunChecks.check(encoder, model, recipe)
        try RunFile.makeFolder(recipe.output)
        network = try TrainingNetwork(
            model, rows: recipe.passSequences * recipe.length, sequenceLength: recipe.length, options: recipe.options,
            instructionSet: instructionSet, threads: threads, adaptation: recipe.adaptation,
            head: recipe.task == .reward ? .score : .tokens)
        // What a task compares with is where it starts from, whatever has been learned since.
        if let source { try network.store.load(source, network.context.kernels, tied: model.tiesEmbeddings) }
        network.store.initializeAdaptation(seed: UInt64(recipe.seed))
        task =
            switch recipe.task {
            case .pretrain, .sft: try TextTask(recipe, network, encoder, progress)
            case .grpo:
                try ReinforcementTask(
                    recipe, network, configuration: configuration, rewards: rewards, threads: threads,
                    instructionSet: instructionSet)
            case .dpo: try PreferenceTask(recipe, network)
            case .reward: try RewardModelTask(recipe, network)
            }
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
            let saved = try checkpoints.load(step: step, into: network)
            try Self.check(saved, recipe, checkpoints.path(step: step))
            guard let state = TrainingState(saved), let data = saved["data"], task.restore(data) else {
                throw TrainingError(
                    .invalidCheckpoint,
                    "\(checkpoints.path(step: step))/state.json: not the state of this recipe's data; use another "
                        + "\"output\", or restore the data")
            }
            self.state = state
            resumedStep = step
        } else if source == nil {
            network.store.initialize(deviation: recipe.initialDeviation, seed: UInt64(recipe.seed))
        }
        log = try TrainingLog(folder: recipe.output, after: resumedStep, columns: task.columns)
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

    /// What whoever starts the run should know.
    public func takeNotes() -> [String] { task.takeNotes() }

    public var isFinished: Bool { state.step >= recipe.steps }

    /// Steps until the end, saving along the way; at the end the model is in `model/`.
    ///
    /// - Parameter observe: is told of every step, and may stop the run by returning false; it is saved then.
    public func train(_ observe: (StepRecord) throws -> Bool) throws {
        if state.step == 0, task.evaluatesFirst {
            let record = StepRecord(first: try task.evaluate())
            if !record.more.isEmpty {
                try log.append(record)
                guard try observe(record) else { return }
            }
        }
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
            members["data"] = task.position
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
        try task.prepare(state)
        let rate = recipe.schedule.rate(step: state.step + 1, of: recipe.steps)
        var figures = StepFigures()
        var (norm, tokens, wasSkipped) = (0.0, 0, false)
        for number in 0..<task.updates {
            network.store.clearGradients(network.context)
            figures = try task.differentiate(update: number)
            tokens += figures.tokens
            let (found, skipped) = try update(figures, rate: rate)
            (norm, wasSkipped) = (found, wasSkipped || skipped)
        }
        state.step += 1
        state.tokens += tokens
        let seconds = (clock.now - start) / .seconds(1)
        var record = StepRecord(
            step: state.step, tokens: state.tokens, loss: figures.loss, balanceLoss: figures.balance,
            learningRate: rate, gradientNorm: norm, expertLoad: figures.load, dropped: figures.dropped,
            tokensPerSecond: Double(tokens) / seconds,
            ceilingShare: ceiling > 0 ? cost.operationsPerToken * Double(tokens) / seconds / ceiling : 0,
            wasSkipped: wasSkipped)
        record.more = figures.more
        if state.step % recipe.evaluateEvery == 0 || isFinished {
            record.more.merge(try task.evaluate()) { $1 }
        }
        record.notes = task.takeNotes()
        return record
    }

    /// One update of the weights from the gradients that are there, unless something is wrong with them.
    private func update(_ figures: StepFigures, rate: Double) throws -> (norm: Double, wasSkipped: Bool) {
        let norms = AdamW.gradientNorms(network.store.trained, network.context)
        let norm = norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if let fault = fault(figures.loss, norms) {
            state.skipped += 1
            guard recipe.onDivergence == .skip, state.skipped <= Self.patience else { throw diverged(fault) }
            return (norm, true)
        }
        state.skipped = 0
        state.updates += 1
        optimizer.step(
            network.store.trained, number: state.updates, learningRate: rate,
            scale: min(1, recipe.optimizer.clip / (norm + 1e-6)), network.context)
        state.smoothedLoss = state.smoothedLoss.map { 0.95 * $0 + 0.05 * figures.loss } ?? figures.loss
        return (norm, false)
    }

    /// What is wrong with a step, if something is.
    private func fault(_ loss: Double, _ norms: [Double]) -> String? {
        let names = network.store.trained.map(\.name)
        if let index = norms.firstIndex(where: { !$0.isFinite }) {
            return "the gradient of \"\(names[index])\" is not finite"
        }
        guard loss.isFinite else { return "the loss is \(loss)" }
        guard task.hasComparableLoss, let recent = state.smoothedLoss, loss > recipe.explosionFactor * recent else {
            return nil
        }
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

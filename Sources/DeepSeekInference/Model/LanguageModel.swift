import DeepSeekCheckpoints
import DeepSeekConstraints
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTokenizer
import Foundation
import Synchronization

/// A model that answers: network, tokenizer, cache, and the one thread that runs them.
///
/// ```swift
/// let model = try LanguageModel.load("models/DeepSeek-V2-Lite")
/// for try await text in try model.generate("Once upon a time").text { print(text, terminator: "") }
/// ```
///
/// Requests that come while others are answered are computed together with them.
public final class LanguageModel: Sendable {
    /// The folder or the GGUF file.
    public let folder: String
    public let configuration: ModelConfiguration
    /// Nil if the folder has none; ids in and out still work.
    public let tokenizer: Tokenizer?
    public let tokenizerConfiguration: TokenizerConfiguration?
    /// From `generation_config.json`; empty without one.
    public let generationDefaults: GenerationDefaults
    /// The options, with the values that were taken where they leave one open.
    public let options: LoadOptions
    /// Tokens of prompt and answer together.
    public let contextLength: Int
    /// Tokens that end an answer, as the model's files say.
    public let endsOfSequence: Set<Int32>
    /// Bytes of the weights.
    public let weightBytes: Int
    /// Those of them that are mapped from files; the others are memory of this process.
    public let mappedWeightBytes: Int
    /// Bytes of the cache.
    public let cacheBytes: Int
    public let loadSeconds: Double
    /// What the engine does now, and has done so far. Cheap, from any thread.
    public var figures: EngineFigures { board.figures }

    let thread: EngineThread
    /// One text at a time is scored, since each holds its pages from beginning to end.
    let scoring = Mutex(())
    let board: FigureBoard
    /// Nil without a tokenizer.
    let constraints: ConstraintCompiler?
    /// How prompts are written; nil without a tokenizer.
    public let format: ChatFormat?

    /// Opens a Hugging Face folder or a GGUF file. Weights stay on the disk until they are used, except those of a GGUF
    /// file that have to be re-packed.
    ///
    /// - Throws: `CheckpointError`, `ModelError`, `TokenizerError`, `InstructionSetError` or ``InferenceError``, each
    ///   naming the file or option at fault.
    public static func load(_ folder: String, options: LoadOptions = LoadOptions()) throws -> LanguageModel {
        let start = ContinuousClock.now
        return try LanguageModel(Checkpoint(folder: folder), folder: folder, options: options, start: start)
    }

    /// A model from a checkpoint that is open already, without a tokenizer unless its folder has one.
    package convenience init(_ checkpoint: Checkpoint, options: LoadOptions = LoadOptions()) throws {
        try self.init(checkpoint, folder: checkpoint.folder, options: options, start: .now)
    }

    private init(
        _ checkpoint: Checkpoint, folder: String, options: LoadOptions, start: ContinuousClock.Instant
    ) throws {
        let network = try DecoderModel(checkpoint)
        let configuration = network.configuration
        try options.validate(configuration)
        func path(_ name: String) -> String { folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)" }

        generationDefaults =
            try checkpoint.generationConfiguration.map {
                try GenerationDefaults($0, path: path("generation_config.json"))
            } ?? GenerationDefaults()
        let files = try TokenizerFiles.ifPresent(folder)
        tokenizer = files?.tokenizer
        tokenizerConfiguration = files?.configuration
        format = files.map { ChatFormat($0) }
        constraints = files.map {
            ConstraintCompiler($0.tokenizer, vocabularySize: configuration.vocabularySize)
        }
        endsOfSequence = Set(configuration.endsOfSequence + generationDefaults.endsOfSequence)
            .union(format?.endOfSequence.map { [$0] } ?? [])

        let (engine, resolved) = try Self.makeEngine(network, checkpoint: checkpoint, options: options)
        thread = EngineThread(engine)
        board = engine.board
        self.folder = folder
        self.configuration = configuration
        self.options = resolved
        contextLength = engine.contextLength
        weightBytes = network.weightBytes
        mappedWeightBytes = network.mappedWeightBytes
        cacheBytes = engine.cache.pageCount * engine.cache.layout.bytesPerPage
        loadSeconds = start.duration(to: .now).seconds
    }

    /// Sizes and allocates what the network writes.
    private static func makeEngine(
        _ network: DecoderModel, checkpoint: Checkpoint, options: LoadOptions
    ) throws -> (engine: Engine, resolved: LoadOptions) {
        let configuration = network.configuration
        var resolved = options
        let threads = options.threads ?? ProcessorCount.usable
        let instructionSet =
            try options.instructionSet
            ?? InstructionSet.selected(
                forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        let chunk = min(options.chunk, options.contextLength ?? configuration.maximumPositions)
        let limits = SchedulerLimits(
            sequences: options.maximumSequences, tokenBudget: options.tokenBudget ?? chunk, chunk: chunk,
            logitRows: Engine.logitBytes / (configuration.vocabularySize * MemoryLayout<Float>.size))
        let arithmetic = options.arithmetic ?? network.fastestArithmetic
        let layout = network.cacheLayout(arithmetic, format: options.cache)
        let budget = ContextBudget(
            configuration: configuration, layout: layout, weightBytes: network.mappedWeightBytes,
            workspaceBytes: Workspace.byteCount(
                configuration, arithmetic: arithmetic, maximumRows: limits.tokenBudget, threads: threads),
            availableBytes: SystemMemory.available)
        let contextLength = try options.contextLength ?? min(budget.defaultContext(), options.poolTokens ?? .max)
        let poolTokens = max(options.poolTokens ?? contextLength, contextLength)
        (resolved.threads, resolved.instructionSet, resolved.chunk) = (threads, instructionSet, limits.chunk)
        (resolved.contextLength, resolved.arithmetic, resolved.cache) = (contextLength, arithmetic, layout.format)
        (resolved.maximumSequences, resolved.tokenBudget) = (limits.sequences, limits.tokenBudget)
        resolved.poolTokens = poolTokens
        let forward = ForwardOptions(
            arithmetic: arithmetic, attention: options.attention, batchInvariant: options.batchInvariant)
        let workspace = try Workspace(
            configuration, options: forward, maximumRows: limits.tokenBudget, instructionSet: instructionSet,
            threads: threads)
        let cache = try LatentCache(layout: layout, tokens: poolTokens)
        let board = FigureBoard()
        var contextCache: ContextCache?
        if let folder = options.contextCacheFolder {
            contextCache = ContextCache(
                try PageStore(folder: folder, limit: options.contextCacheBytes, board: board),
                identity: ModelIdentity(checkpoint, layout: layout, options: resolved))
        }
        let engine = Engine(
            network, cache: cache, workspace: workspace, contextLength: contextLength, limits: limits,
            reusesPrefixes: options.reusesPrefixes, contextCache: contextCache, board: board)
        return (engine, resolved)
    }
}

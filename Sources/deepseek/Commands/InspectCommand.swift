import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model is and what it will take: parameters, layers, experts, cache, memory.",
        discussion: """
            Nothing is computed, and no weights are read: only config.json and the headers of the weight files.

              deepseek inspect --model FOLDER --context 131072
            """)

    @OptionGroup var model: ModelOptions

    @Option(help: "Tokens for which cache and memory are worked out; by default the model's, at most 32768.")
    var context: Int?

    @Option(help: "Type of arithmetic: float32, bfloat16 or int8; by default the fastest.")
    var dtype: ArithmeticType?

    @Option(help: "How the cache is kept: float32, bf16, int8 or 6bit; by default what goes with the arithmetic.")
    var cache: CacheFormat?

    @Flag(help: "One JSON object instead of tables.")
    var json = false

    func validate() throws {
        if let context, context < 1 { throw ValidationError("--context must be at least 1") }
    }

    func run() throws {
        let folder = try model.folder()
        let checkpoint = try Checkpoint(folder: folder)
        let configuration = try ModelConfiguration(checkpoint.configuration, path: checkpoint.configurationPath)
        let tokens = context ?? min(configuration.maximumPositions, 32_768)
        guard tokens <= configuration.maximumPositions else {
            throw CommandError(
                "--context \(tokens) is more than the model's \(configuration.maximumPositions) positions")
        }
        let report = InspectReport(
            folder: folder, checkpoint: checkpoint, configuration: configuration, context: tokens,
            arithmetic: dtype ?? .fastest(for: checkpoint), cacheFormat: cache,
            threads: model.threads ?? ProcessorCount.usable)
        Terminal.write(json ? report.json.serialized(pretty: true) + "\n" : report.text)
    }
}

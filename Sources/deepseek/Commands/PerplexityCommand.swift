import ArgumentParser
import DeepSeekInference

struct PerplexityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity",
        abstract: "Measure how well a model predicts a text.",
        discussion: """
              deepseek perplexity --model FOLDER --file book.txt
              deepseek perplexity --model FOLDER --file book.txt --context 4096 --stride 2048 --json

            The text, after the beginning of sequence, is read in windows of --context tokens that start every --stride \
            tokens. Each token with a predecessor in its window is scored once. Bits per byte compare models with \
            different vocabularies.
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var compute: ComputeOptions

    @Option(help: ArgumentHelp("The text; - is standard input.", valueName: "file"))
    var file: String

    @Option(help: "Tokens of a window; by default the model's context, at most 2048.")
    var context: Int?

    @Option(help: "Tokens from one window's start to the next; by default the context.")
    var stride: Int?

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let text = try TextInput.read(file)
        var options = compute.loadOptions(model, default: .float32)
        options.contextLength = context
        let language = try LanguageModel.load(try model.folder(), options: options)
        let result = try language.perplexity(text: text, context: context, stride: stride)
        if json { return Terminal.write(result.json.serialized() + "\n") }
        Terminal.write(
            """
            perplexity     \(Format.decimals(result.perplexity, 4))
            bits per byte  \(result.bitsPerByte.map { Format.decimals($0, 4) } ?? "-")
            tokens         \(result.tokens) (windows of \(result.context), every \(result.stride))

            """)
    }
}

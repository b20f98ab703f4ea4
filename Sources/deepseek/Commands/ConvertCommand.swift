import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekTensors

struct ConvertCommand: ParsableCommand {
    /// What weights may become.
    enum Target: String, ExpressibleByArgument, CaseIterable {
        case float32
        case bfloat16
    }

    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a model in GGUF as a Hugging Face folder.",
        discussion: """
              deepseek convert model.gguf FOLDER
              deepseek convert model-00001-of-00003.gguf FOLDER --type float32

            The folder holds config.json, model.safetensors, and the tokenizer with its chat template. float32 holds \
            every weight exactly; bfloat16 takes half the space and rounds.
            """)

    @Argument(help: "The GGUF file; of a split model, any part.")
    var file: String

    @Argument(help: "The folder to write; it must be absent or empty.")
    var folder: String

    @Option(help: "Type of the matrices: bfloat16 or float32.")
    var type: Target = .bfloat16

    @Flag(help: "No progress.")
    var quiet = false

    func run() throws {
        var shown = -1
        try GGUFConversion.convert(file, to: folder, elementType: type == .float32 ? .float32 : .bfloat16) {
            done, total in
            let percent = done * 100 / max(total, 1)
            guard !quiet, percent != shown else { return }
            shown = percent
            Terminal.progress("writing \(folder): \(percent) % of \(Format.bytes(total))")
        }
        if !quiet { Terminal.clearProgress() }
        Terminal.write(folder + "\n")
    }
}

import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekInference

struct LogitsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logits",
        abstract: "Write the logits of a sequence of token ids, for comparing with other implementations.",
        discussion: """
              deepseek logits --model FOLDER --ids "1 2 3" --output logits.safetensors
              deepseek logits --model FOLDER --ids-file ids.txt --rows "0 5" --attention absorbed --output o.safetensors

            The file holds one tensor, "logits", float32 [rows, vocabulary]. Row t predicts token t + 1.
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var compute: ComputeOptions

    @Option(help: "Token ids, separated by spaces or commas.")
    var ids: String?

    @Option(help: ArgumentHelp("Read the ids from a file.", valueName: "file"))
    var idsFile: String?

    @Option(help: ArgumentHelp("The safetensors file to write.", valueName: "file"))
    var output: String

    @Option(help: "The rows to keep, separated by spaces; by default all.")
    var rows: String?

    func validate() throws {
        guard (ids == nil) != (idsFile == nil) else { throw ValidationError("give either --ids or --ids-file") }
    }

    func run() throws {
        let tokens =
            try ids.map { try TokenList.parse($0, from: "--ids") }
            ?? TokenList.parse(TextInput.read(idsFile ?? "-"), from: idsFile ?? "-")
        guard !tokens.isEmpty else { throw CommandError("there are no token ids; at least one is needed") }
        let kept = try rows.map { try TokenList.parse($0, from: "--rows").map(Int.init) } ?? Array(tokens.indices)
        for row in kept where !tokens.indices.contains(row) {
            throw CommandError("--rows: row \(row) is outside of 0 to \(tokens.count - 1)")
        }
        var options = compute.loadOptions(model, default: .float32)
        options.contextLength = max(tokens.count, 2)
        let language = try LanguageModel.load(try model.folder(), options: options)
        let writer = try SafetensorsWriter(
            path: output,
            tensors: [
                TensorDescription(
                    name: "logits", elementType: .float32,
                    shape: [kept.count, language.configuration.vocabularySize])
            ])
        if rows == nil {
            try language.logits(ids: tokens) { _, logits in
                try writer.write(UnsafeRawBufferPointer(logits), to: "logits")
            }
        } else {
            // Rows are computed in order, and written in the order asked for.
            var computed: [Int: [Float]] = [:]
            let wanted = Set(kept)
            try language.logits(ids: tokens, rows: .range((wanted.min() ?? 0)..<(wanted.max() ?? 0) + 1)) {
                row, logits in
                if wanted.contains(row) { computed[row] = Array(logits) }
            }
            for row in kept {
                try computed[row, default: []].withUnsafeBytes { try writer.write($0, to: "logits") }
            }
        }
        try writer.finish()
    }
}

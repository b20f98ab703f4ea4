import ArgumentParser
import DeepSeekInference

/// What the model is to go on from: exactly one of a text, a file, messages, token ids, or standard input.
struct PromptOptions: ParsableArguments {
    @Argument(help: "The prompt. Without it and the options below, standard input is read.")
    var text: String?

    @Option(help: "The prompt, as an option.")
    var prompt: String?

    @Option(help: ArgumentHelp("Read the prompt from a file; - is standard input.", valueName: "file"))
    var promptFile: String?

    @Option(
        help: ArgumentHelp(
            "Render a JSON list of {\"role\", \"content\"} messages with the model's chat template.", valueName: "file")
    )
    var messages: String?

    @Option(help: "Token ids, separated by spaces or commas; nothing is added to them.")
    var ids: String?

    @Option(help: ArgumentHelp("Read token ids from a file.", valueName: "file"))
    var idsFile: String?

    @Flag(help: "Take special tokens that the prompt spells out as ordinary text.")
    var noSpecial = false

    func validate() throws {
        let given = [text, prompt, promptFile, messages, ids, idsFile].count { $0 != nil }
        guard given <= 1 else {
            throw ValidationError(
                "give one prompt: an argument, --prompt, --prompt-file, --messages, --ids or --ids-file")
        }
    }

    /// Whether token ids are given instead of text.
    var givesIds: Bool { ids != nil || idsFile != nil }

    /// The prompt in tokens.
    func tokens(for model: LanguageModel) throws -> [Int32] {
        if let ids { return try TokenList.parse(ids, from: "--ids") }
        if let idsFile { return try TokenList.parse(TextInput.read(idsFile), from: idsFile) }
        if let messages { return try TextInput.ids(ofMessages: messages) { try model.promptIDs(messages: $0) } }
        return try model.promptIDs(text: promptText(), matchingSpecialTokens: !noSpecial)
    }

    private func promptText() throws -> String {
        if let text = text ?? prompt { return text }
        if promptFile == nil, Terminal.isInputInteractive {
            Terminal.note("Type the prompt, and end it with Ctrl-D:")
        }
        return try TextInput.read(promptFile ?? "-")
    }
}

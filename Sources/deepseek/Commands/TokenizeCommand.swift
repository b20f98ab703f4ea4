import ArgumentParser
import DeepSeekInference
import DeepSeekJSON
import DeepSeekTokenizer

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Turn text into token ids, or ids into text.",
        discussion: """
              deepseek tokenize --model FOLDER --text "Hello!" --json      {"ids": [17464, 0]}
              deepseek tokenize --model FOLDER --file book.txt
              deepseek tokenize --model FOLDER --messages chat.json
              deepseek tokenize --model FOLDER --decode --ids "17464 0"

            No beginning of sequence is added unless --bos asks for it. Only the tokenizer's files are needed.
            """)

    @OptionGroup var model: ModelOptions

    @Option(help: "The text.")
    var text: String?

    @Option(
        help: ArgumentHelp(
            "Read the text (with --decode: the ids) from a file; - is standard input.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Render a JSON list of messages with the chat template.", valueName: "file"))
    var messages: String?

    @Flag(help: "Go the other way: from ids to text.")
    var decode = false

    @Option(help: "The ids to decode.")
    var ids: String?

    @Flag(help: "Put the beginning of sequence first.")
    var bos = false

    @Flag(help: "Take special tokens that the text spells out as ordinary text.")
    var noSpecial = false

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        guard [text, file, messages, ids].count(where: { $0 != nil }) <= 1 else {
            throw ValidationError("give one of --text, --file, --messages and --ids")
        }
        guard ids == nil || decode else { throw ValidationError("--ids goes with --decode") }
        guard !decode || (text == nil && messages == nil) else {
            throw ValidationError("--decode takes --ids or --file")
        }
    }

    func run() throws {
        let files = try TokenizerFiles(model.folder())
        let tokenizer = files.tokenizer
        if decode { return try writeText(tokenizer) }
        let result: [TokenID]
        if let messages {
            let format = ChatFormat(files)
            result = try TextInput.ids(ofMessages: messages) { try format.ids(messages: $0) }
        } else if let text {
            result = tokenizer.encode(text, matchingSpecialTokens: !noSpecial)
        } else {
            let bytes = try TextInput.bytes(file ?? "-")
            result = bytes.withUnsafeBufferPointer { tokenizer.encode(utf8: $0, matchingSpecialTokens: !noSpecial) }
        }
        let beginning = bos ? try beginningOfSequence(files) : []
        let all = beginning + result
        if json {
            Terminal.write((["ids": .array(all.map { .integer(Int($0)) })] as JSONValue).serialized() + "\n")
        } else {
            Terminal.write(all.map(String.init).joined(separator: " ") + "\n")
            Terminal.note(Terminal.dimmed("\(all.count) tokens"))
        }
    }

    private func writeText(_ tokenizer: Tokenizer) throws {
        let ids = try TokenList.parse(self.ids ?? TextInput.read(file ?? "-"), from: file ?? "--ids")
        for id in ids where tokenizer.bytes(of: id) == nil {
            throw CommandError("token id \(id) is not in the vocabulary of \(tokenizer.vocabularySize) tokens")
        }
        let text = tokenizer.decode(ids)
        Terminal.write(json ? (["text": .string(text)] as JSONValue).serialized() + "\n" : text + "\n")
    }

    private func beginningOfSequence(_ files: TokenizerFiles) throws -> [TokenID] {
        guard let token = files.configuration.bosToken, let id = files.tokenizer.id(of: token) else {
            throw CommandError("\(files.source) names no \"bos_token\"")
        }
        return [id]
    }
}

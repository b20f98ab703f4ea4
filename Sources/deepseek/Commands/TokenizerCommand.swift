import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTokenizer
import DeepSeekTraining
import Foundation

struct TokenizerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer", abstract: "Make tokenizers.", subcommands: [Train.self])

    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train",
            abstract: "Learn a byte-level vocabulary from texts.",
            discussion: """
                  deepseek tokenizer train books.txt news.jsonl.gz --vocabulary 8192 --output tokenizer

                Reads plain text, JSON lines with "text", and both in gzip. Writes tokenizer.json, which the tokenizers \
                library opens too, and tokenizer_config.json. Tokens are numbered with the special ones first.
                """)

        @Argument(help: "The texts.")
        var files: [String]

        @Option(help: ArgumentHelp("Tokens, special ones and the 256 bytes included.", valueName: "tokens"))
        var vocabulary: Int

        @Option(help: "The folder to write.")
        var output: String

        @Option(help: "Pairs that occur less often are not merged.")
        var minimumFrequency = 2

        @Option(help: "The token before each text.")
        var bos = "<｜begin▁of▁sentence｜>"

        @Option(help: "The token after each text.")
        var eos = "<｜end▁of▁sentence｜>"

        @Option(help: ArgumentHelp("Another special token; may be given several times.", valueName: "token"))
        var special: [String] = []

        @Option(
            help: ArgumentHelp(
                "Cut words as the tokenizer.json in this folder does; by default digit by digit, and the rest as GPT-2 does.",
                valueName: "folder"))
        var like: String?

        @Option(help: ArgumentHelp("A chat template (Jinja) to put into tokenizer_config.json.", valueName: "file"))
        var chatTemplate: String?

        @Flag(help: "No progress.")
        var quiet = false

        func run() throws {
            var options = BytePairTrainer.Options(
                vocabularySize: vocabulary, minimumFrequency: minimumFrequency, specialTokens: [bos, eos] + special)
            if let like {
                let json = try Checkpoint.readJSON(path: "\(like)/tokenizer.json")
                options.preTokenizer = json["pre_tokenizer"]
                options.normalizer = json["normalizer"]
            }
            let printer = quiet ? nil : ProgressPrinter()
            let json = try VocabularyFiles(files).train(options) { path, done, words in
                printer?.show { _ in "reading \(path): \(Int(done * 100)) %, \(Format.count(words)) distinct words" }
            } learning: { tokens, wanted in
                printer?.show { _ in "\(Format.grouped(tokens)) of \(Format.grouped(wanted)) tokens" }
            }
            printer?.end()
            let template = try chatTemplate.map { try TextInput.read($0) }
            try TokenizerFolder(output).write(json, beginning: bos, end: eos, template: template)
            let count = json["model"]?["vocab"]?.object?.count ?? 0
            Terminal.note("\(output)/tokenizer.json: \(Format.grouped(count)) tokens")
            if count < vocabulary {
                Terminal.note(
                    "fewer than \(Format.grouped(vocabulary)): no other pair occurs \(minimumFrequency) times")
            }
        }
    }
}

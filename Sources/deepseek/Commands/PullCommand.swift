import ArgumentParser
import DeepSeekHub
import Foundation

struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Download a model from the Hugging Face Hub.",
        discussion: """
              deepseek pull deepseek-ai/DeepSeek-V2-Lite-Chat

            Files go into the cache that other tools use too (HF_HOME, by default ~/.cache/huggingface), and what they \
            put there is found. A download that broke off goes on where it stopped. HF_TOKEN gives access to private \
            and gated models, HF_ENDPOINT names a mirror. The folder is printed on standard output.
            """)

    @Argument(help: "The model, as OWNER/NAME or OWNER/NAME@REVISION.")
    var model: String

    @Option(help: "A branch, tag or commit.")
    var revision: String?

    @Flag(help: "No progress.")
    var quiet = false

    func run() async throws {
        let identifier = try ModelIdentifier(revision.map { "\(model)@\($0)" } ?? model)
        let downloader = HubDownloader(try HubEnvironment())
        let printer = quiet ? nil : ProgressPrinter()
        let folder = try await downloader.pull(identifier, refresh: true) { progress in printer?.show(progress) }
        printer?.end()
        Terminal.write(folder + "\n")
    }
}

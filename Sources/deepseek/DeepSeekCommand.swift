import ArgumentParser
import Foundation

@main
struct DeepSeekCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deepseek",
        abstract: "Run models of the DeepSeek-V2 family on this machine.",
        discussion: """
            A model is a folder as published on Hugging Face (config.json, *.safetensors, tokenizer.json), a GGUF file, or \
            OWNER/NAME after 'deepseek pull OWNER/NAME'.

              deepseek pull deepseek-ai/DeepSeek-V2-Lite-Chat
              deepseek chat --model deepseek-ai/DeepSeek-V2-Lite-Chat
              deepseek generate --model FOLDER "An attention function can be described as"

            Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 something \
            failed (the message says what, where and how to mend it); 64 the arguments are wrong; 130 interrupted.

            DEEPSEEK_ISA=scalar|avx2|avx512|neon forces an instruction set.
            """,
        subcommands: [
            GenerateCommand.self, ChatCommand.self, ServeCommand.self, AdminCommand.self, InspectCommand.self,
            TokenizeCommand.self, PullCommand.self,
            QuantizeCommand.self, ConvertCommand.self, LogitsCommand.self, PerplexityCommand.self,
            TrainCommand.self, TokenizerCommand.self, LessonsCommand.self, BenchCommand.self, PlotCommand.self,
        ])

    static func main() async {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            await main(try ServeCommand.expand(arguments, environment: ProcessInfo.processInfo.environment))
        } catch {
            exit(withError: error)
        }
    }
}

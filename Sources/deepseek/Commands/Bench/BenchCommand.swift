import ArgumentParser

struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a model, a server or the machine is.",
        discussion: """
            'deepseek bench OPTIONS' is 'deepseek bench speed OPTIONS'; 'deepseek bench speed --help' lists them.

              deepseek bench --machine
              deepseek bench --model FOLDER --prompt 128,512 --generate 64
              deepseek bench --shape v2-lite --format int4 --prompt 512 --generate 64
              deepseek bench serve --url http://127.0.0.1:8000/v1 --concurrency 1,8,32
              deepseek bench training
            """,
        subcommands: [BenchSpeedCommand.self, BenchServeCommand.self, BenchTrainingCommand.self],
        defaultSubcommand: BenchSpeedCommand.self)
}

import ArgumentParser
import DeepSeekInference
import DeepSeekServer
import Foundation
import Logging

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a model to OpenAI's clients.",
        discussion: """
            Without --platform the server asks for no key, listens on loopback, and refuses what comes under foreign \
            names or from pages of other sites. With --platform it asks for API keys, which 'deepseek admin' makes.

              deepseek serve --model FOLDER
              deepseek serve --config serve.yaml
              DEEPSEEK_SERVE_PORT=9000 deepseek serve --model FOLDER --platform

            Every option may also stand in a YAML file (--config, or DEEPSEEK_SERVE_CONFIG) by its name, and in the \
            environment as DEEPSEEK_SERVE_ and its name in capitals with underscores (lists with commas). The command \
            line counts before the environment, and that before the file; lists add up.

            The log goes to standard error, without the contents of messages. SIGTERM lets answers finish within \
            --drain-seconds. Keys, limits and prices are read anew for each request, so changes need no restart.
            """)

    @OptionGroup(title: "Server") var server: ServerOptions
    @OptionGroup(title: "Engine") var engine: EngineOptions
    @OptionGroup(title: "Model") var loading: LoadingOptions

    @Option(help: "What the log tells: debug, info, notice, warning or error.") var logLevel = "info"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level \(logLevel) is none") }
    }

    func run() async throws {
        let level = Logger.Level(rawValue: logLevel) ?? .info
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        let configuration = try server.configuration()
        let inference = try InferenceServer(configuration, logger: Logger(label: "deepseek"))
        var options = loading.options()
        engine.apply(to: &options)
        let folder = try loading.model.folder()
        let scheme = configuration.tls == nil ? "http" : "https"
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        try await inference.run { port in
            Terminal.note("listening on \(scheme)://\(host):\(port)/v1")
        } load: { [options] in
            try LanguageModel.load(folder, options: options)
        }
    }

    /// The arguments of the program, with what a file and the environment say of this command.
    static func expand(_ arguments: [String], environment: [String: String]) throws -> [String] {
        guard arguments.first == configuration.commandName, !arguments.contains("--help"), !arguments.contains("-h")
        else {
            return arguments
        }
        let sources = SettingsSources(known: ServerOptions.settings, variablePrefix: "DEEPSEEK_SERVE_")
        return try ["serve"] + sources.expand(Array(arguments.dropFirst()), environment: environment)
    }
}

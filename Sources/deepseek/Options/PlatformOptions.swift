import ArgumentParser
import DeepSeekServer

/// Which platform an administrator means.
struct PlatformOptions: ParsableArguments {
    @Option(help: "The platform's database; by default platform.sqlite in the state directory, as for 'serve'.")
    var database: String?

    @Flag(help: "JSON instead of a table.") var json = false

    func store() throws -> PlatformStore { try PlatformStore(path: database ?? PlatformStore.defaultPath()) }
}

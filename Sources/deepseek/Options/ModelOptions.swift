import ArgumentParser
import DeepSeekHub
import DeepSeekModel
import Foundation

/// Which model, and how it computes.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint folder, a GGUF file, or OWNER/NAME of a model that was pulled; by default \(ShippedModel.name), which comes with the program.",
            valueName: "folder"))
    var model: String?

    @Option(help: "Threads; by default as many as the process may really use (affinity and cgroup quota).")
    var threads: Int?

    func validate() throws {
        if let threads, !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    /// The folder of the checkpoint, or the GGUF file.
    func folder() throws -> String { try model.map { try Self.folder(of: $0) } ?? ShippedModel.folder() }

    /// The folder of a model that is given as a folder, a GGUF file or as OWNER/NAME.
    static func folder(of model: String) throws -> String {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: model, isDirectory: &isFolder), isFolder.boolValue { return model }
        // Opening it says what is wrong with it, or that it is not there.
        if model.hasSuffix(".gguf") { return model }
        guard let identifier = try? ModelIdentifier(model) else {
            throw CommandError("\(model): there is no such folder, and it is not of the form OWNER/NAME")
        }
        let environment = try HubEnvironment()
        guard let folder = HubCache(environment).snapshot(of: identifier) else {
            throw CommandError(
                "\(model): there is no such folder, and no such model in the cache; 'deepseek pull \(model)' fetches it"
            )
        }
        return folder
    }
}

extension ArithmeticType: ExpressibleByArgument {}
extension CacheFormat: ExpressibleByArgument {}
extension ForwardOptions.AttentionForm: ExpressibleByArgument {}

import Foundation
import Yams

/// Options of a command from a file and from the environment. They become arguments that stand before those of the
/// command line, so that what is nearer to the person at the keyboard counts: flags, then environment, then file.
package struct SettingsSources: Sendable {
    package enum Kind: Sendable, Hashable {
        case flag
        case value
        case list
    }

    /// What a file and the environment may set, by the names of the options without their hyphens in front.
    private let known: [String: Kind]
    /// Of the variables: `DEEPSEEK_SERVE_` for `DEEPSEEK_SERVE_PORT`.
    private let prefix: String

    package init(known: [String: Kind], variablePrefix prefix: String) {
        self.known = known
        self.prefix = prefix
    }

    /// - Parameter path: of a YAML file whose keys are the names of options: `port: 8000`, `platform: true`.
    /// - Throws: ``ServerError`` with the file and the line.
    package func arguments(file path: String) throws(ServerError) -> [String] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: String(contentsOf: URL(filePath: path), encoding: .utf8))
        } catch {
            throw ServerError("\(path): \(error)")
        }
        guard let root else { return [] }
        guard let mapping = root.mapping else {
            throw ServerError("\(path): must hold options and their values, such as \"port: 8000\"")
        }
        var result: [String] = []
        for (key, value) in mapping {
            let place = "\(path), line \(key.mark?.line ?? 0)"
            let name = key.scalar?.string ?? ""
            guard let kind = known[name] else {
                throw ServerError("\(place): there is no option \"\(name)\"; 'deepseek help serve' lists them")
            }
            let texts: [String]
            if let scalar = value.scalar {
                texts = [scalar.string]
            } else if kind == .list, let sequence = value.sequence {
                texts = sequence.compactMap { $0.scalar?.string }
                guard texts.count == sequence.count else {
                    throw ServerError("\(place): \(name) must be a list of texts")
                }
            } else {
                throw ServerError("\(place): \(name) must be \(kind == .list ? "a list of texts" : "a single value")")
            }
            result += try Self.arguments(name, kind, texts, place: place)
        }
        return result
    }

    /// Lists are separated by commas.
    package func arguments(environment: [String: String]) throws(ServerError) -> [String] {
        var result: [String] = []
        for (variable, value) in environment.sorted(by: { $0.key < $1.key }) where variable.hasPrefix(prefix) {
            let name = variable.dropFirst(prefix.count).lowercased().replacing("_", with: "-")
            if name == "config" { continue }
            guard let kind = known[name] else {
                throw ServerError("\(variable): there is no option \"\(name)\"; 'deepseek help serve' lists them")
            }
            let texts = kind == .list ? value.split(separator: ",").map(String.init) : [value]
            result += try Self.arguments(name, kind, texts, place: variable)
        }
        return result
    }

    private static func arguments(
        _ name: String, _ kind: Kind, _ texts: [String], place: String
    ) throws(ServerError) -> [String] {
        guard kind == .flag else { return texts.map { "--\(name)=\($0)" } }
        switch texts.first?.lowercased() {
        case "true", "yes", "on", "1": return ["--\(name)"]
        case "false", "no", "off", "0": return ["--no-\(name)"]
        default: throw ServerError("\(place): \(name) must be true or false")
        }
    }

    /// All arguments of a command, from where they come.
    ///
    /// - Parameter arguments: of the command line, after the command's name.
    package func expand(_ arguments: [String], environment: [String: String]) throws(ServerError) -> [String] {
        var file = environment[prefix + "CONFIG"]
        for (index, argument) in arguments.enumerated() {
            if argument == "--config", index + 1 < arguments.count { file = arguments[index + 1] }
            if argument.hasPrefix("--config=") { file = String(argument.dropFirst("--config=".count)) }
        }
        let fromFile = try file.map { path throws(ServerError) in try self.arguments(file: path) } ?? []
        return try fromFile + self.arguments(environment: environment) + arguments
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the Hub and its cache are, and who asks: the same environment variables as other Hugging Face tools read.
public struct HubEnvironment: Sendable {
    /// `HF_ENDPOINT`, without a slash at the end.
    public let endpoint: URL
    /// `HF_TOKEN`, or the token file that a login left under `HF_HOME`.
    public let token: String?
    /// The folder of all models: `HF_HUB_CACHE`, or `hub` under `HF_HOME`.
    public let cacheFolder: String
    /// `HF_HUB_OFFLINE` or `TRANSFORMERS_OFFLINE`: nothing may be downloaded.
    public let isOffline: Bool

    /// - Parameter variables: Environment variables; an empty one counts as absent.
    /// - Throws: ``HubError`` with `badName` when a variable makes no sense, `fileSystem` when no folder follows from
    ///   them or the token file cannot be read.
    public init(_ variables: [String: String] = ProcessInfo.processInfo.environment) throws(HubError) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        func path(_ text: String) throws(HubError) -> String {
            let expanded = try Self.expandingHome(text, home: value("HOME"))
            return Self.expandingVariables(expanded, variables)
        }

        let cacheHome = value("XDG_CACHE_HOME") ?? "~/.cache"
        let home = try path(value("HF_HOME") ?? cacheHome + "/huggingface")
        cacheFolder = try path(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? home + "/hub")
        isOffline = Self.isTrue(value("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))

        var address = value("HF_ENDPOINT") ?? "https://huggingface.co"
        while address.hasSuffix("/") { address.removeLast() }
        guard let url = URL(string: address), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host, !host.isEmpty
        else {
            throw HubError(
                .badName, "HF_ENDPOINT",
                "\(address.debugDescription) is not the address of a Hub; "
                    + "unset it or write one such as https://huggingface.co")
        }
        endpoint = url

        if Self.isTrue(value("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            token = nil
        } else if let text = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
            let own = try Self.token(in: text, from: "HF_TOKEN")
        {
            token = own
        } else {
            token = try Self.token(inFile: path(value("HF_TOKEN_PATH") ?? home + "/token"))
        }
    }

    private static func isTrue(_ text: String?) -> Bool {
        text.map { ["1", "ON", "YES", "TRUE"].contains($0.uppercased()) } ?? false
    }

    /// Nil when there is no such file.
    private static func token(inFile path: String) throws(HubError) -> String? {
        guard let bytes = try FileSystem.contents(of: path, limit: 65_536) else { return nil }
        return try token(in: String(decoding: bytes, as: UTF8.self), from: path)
    }

    /// Nil for white space only. Anything else than visible ASCII could smuggle a second header into the request.
    private static func token(in text: String, from place: String) throws(HubError) -> String? {
        var trimmed = text[...]
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        guard trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw HubError(.badName, place, "holds characters that no token has; copy the token again")
        }
        return trimmed.isEmpty ? nil : String(trimmed)
    }

    private static func expandingHome(_ path: String, home: String?) throws(HubError) -> String {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        guard let home else {
            throw HubError(.fileSystem, path, "HOME is not set; set it, or HF_HOME to a folder for downloads")
        }
        return home + path.dropFirst()
    }

    /// `$NAME` and `${NAME}`; an unknown name stays as it is written.
    private static func expandingVariables(_ path: String, _ variables: [String: String]) -> String {
        var result = ""
        var rest = path[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            let after = rest[rest.index(after: dollar)...]
            let braced = after.first == "{"
            let name = after.dropFirst(braced ? 1 : 0).prefix {
                $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")
            }
            var end = name.endIndex
            let closed = !braced || (end < after.endIndex && after[end] == "}")
            if braced && closed { end = after.index(after: end) }
            if closed, let value = variables[String(name)] {
                result += value
            } else {
                result += rest[dollar..<end]
            }
            rest = rest[end...]
        }
        return result + rest
    }
}

import DeepSeekJSON

/// The folder of downloaded models, laid out as all Hugging Face tools have it:
/// ```
/// models--OWNER--NAME/refs/main                   holds COMMIT
/// models--OWNER--NAME/snapshots/COMMIT/FILE    -> ../../blobs/DIGEST
/// models--OWNER--NAME/blobs/DIGEST
/// ```
public struct HubCache: Sendable {
    public let folder: String

    /// - Parameter folder: Need not exist yet.
    public init(folder: String) { self.folder = folder }

    public init(_ environment: HubEnvironment) { folder = environment.cacheFolder }

    /// The folder of a complete copy of the model, whoever put it there; nil when there is none. Asks no network.
    ///
    /// Complete means a configuration, a tokenizer, and every file of the weights.
    public func snapshot(of model: ModelIdentifier) -> String? {
        guard let commit = commit(of: model) else { return nil }
        let path = snapshotFolder(of: model, commit: commit)
        return Self.isComplete(path) ? path : nil
    }

    func modelFolder(_ model: ModelIdentifier) -> String { "\(folder)/models--\(model.owner)--\(model.name)" }

    func snapshotFolder(of model: ModelIdentifier, commit: String) -> String {
        "\(modelFolder(model))/snapshots/\(commit)"
    }

    func blob(_ digest: BlobDigest, of model: ModelIdentifier) -> String {
        "\(modelFolder(model))/blobs/\(digest.hexadecimal)"
    }

    /// Where other Hugging Face tools lock the same file, so that they and this one keep out of each other's way.
    func lock(_ digest: BlobDigest, of model: ModelIdentifier) -> String {
        "\(folder)/.locks/models--\(model.owner)--\(model.name)/\(digest.hexadecimal).lock"
    }

    func makeFolders(for model: ModelIdentifier, commit: String) throws(HubError) {
        try FileSystem.makeFolder("\(modelFolder(model))/blobs")
        try FileSystem.makeFolder(snapshotFolder(of: model, commit: commit))
        try FileSystem.makeFolder("\(folder)/.locks/models--\(model.owner)--\(model.name)")
    }

    /// Makes the snapshot of files whose blobs are all there. The configuration comes last: a snapshot without it
    /// counts as incomplete, so a crash on the way leaves nothing that looks whole.
    func publish(_ files: [HubFile], of model: ModelIdentifier, commit: String) throws(HubError) {
        let snapshot = snapshotFolder(of: model, commit: commit)
        let ordered = files.filter { $0.name != "config.json" } + files.filter { $0.name == "config.json" }
        for file in ordered {
            try FileSystem.link("\(snapshot)/\(file.name)", to: "../../blobs/\(file.digest.hexadecimal)")
        }
        guard !model.isPinned else { return }
        let reference = "\(modelFolder(model))/refs/\(model.revision)"
        if let slash = reference.lastIndex(of: "/") { try FileSystem.makeFolder(String(reference[..<slash])) }
        try FileSystem.replace(reference, with: commit)
    }

    private func commit(of model: ModelIdentifier) -> String? {
        if model.isPinned { return model.revision }
        guard
            let bytes = try? FileSystem.contents(of: "\(modelFolder(model))/refs/\(model.revision)", limit: 256)
        else { return nil }
        var text = String(decoding: bytes, as: UTF8.self)
        while let last = text.last, last.isWhitespace { text.removeLast() }
        // It becomes part of a path, so nothing else will do.
        return ModelIdentifier.isCommit(text) ? text : nil
    }

    private static func isComplete(_ snapshot: String) -> Bool {
        let names = FileSystem.names(in: snapshot).filter { FileSystem.exists("\(snapshot)/\($0)") }
        guard names.contains("config.json"), names.contains(where: { $0.hasPrefix("tokenizer") }) else { return false }
        let present = Set(names)
        for suffix in [".safetensors", ".bin"] {
            let indexes = names.filter { $0.hasSuffix("\(suffix).index.json") }
            if !indexes.isEmpty {
                return indexes.allSatisfy { index in
                    shards(listedIn: "\(snapshot)/\(index)").map { !$0.isEmpty && present.isSuperset(of: $0) } ?? false
                }
            }
            let weights = names.filter { HubFile.isWeights($0) && $0.hasSuffix(suffix) }
            // Without the index nobody knows whether all shards are there.
            if !weights.isEmpty { return !weights.contains { $0.contains("-of-") } }
        }
        return false
    }

    private static func shards(listedIn index: String) -> Set<String>? {
        guard let bytes = try? FileSystem.contents(of: index, limit: 1 << 27),
            let document = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
            let map = document["weight_map"]?.object
        else { return nil }
        let shards = map.values.map(\.string)
        return shards.contains(nil) ? nil : Set(shards.compactMap(\.self))
    }
}

import AsyncHTTPClient

/// Brings models from the Hub into the cache.
public struct HubDownloader: Sendable {
    public let environment: HubEnvironment
    public let cache: HubCache
    public let retries: HubRetryPolicy
    /// Files that download at the same time.
    public let parallelFiles: Int

    public init(_ environment: HubEnvironment, retries: HubRetryPolicy = HubRetryPolicy(), parallelFiles: Int = 4) {
        self.environment = environment
        cache = HubCache(environment)
        self.retries = retries
        self.parallelFiles = max(1, parallelFiles)
    }

    /// The folder of the model: a complete copy in the cache as it is, otherwise after a download.
    ///
    /// A download that breaks off or is cancelled leaves its parts, and the next pull goes on from them.
    /// - Parameters:
    ///   - refresh: Asks the Hub whether the branch has moved on even if a complete copy is there.
    ///   - progress: Called some ten times a second, one call at a time, in order. It must return soon.
    /// - Throws: ``HubError``, or `CancellationError`.
    public func pull(
        _ model: ModelIdentifier, refresh: Bool = false, progress: @escaping @Sendable (HubProgress) -> Void = { _ in }
    ) async throws -> String {
        let mayDownload = !environment.isOffline
        if !refresh || model.isPinned || !mayDownload, let path = cache.snapshot(of: model) { return path }
        guard mayDownload else {
            throw HubError(
                .offline, model.description,
                "is not completely in the cache \(cache.folder), and HF_HUB_OFFLINE forbids downloads; "
                    + "unset it, or set HF_HOME to the folder that holds the model")
        }
        return try await HTTPClient.withHTTPClient(configuration: HubConnection.configuration) { client in
            let connection = HubConnection(client: client, environment: environment, model: model)
            let listing = try await listing(connection)
            let files = try Self.neededFiles(of: listing, model)
            try cache.makeFolders(for: model, commit: listing.commit)

            let meter = HubProgressMeter(files, report: progress)
            let transfer = HubTransfer(
                connection: connection, cache: cache, policy: retries, commit: listing.commit, meter: meter)
            try await fetch(files, with: transfer)
            try cache.publish(files, of: model, commit: listing.commit)
            meter.finish()
            return cache.snapshotFolder(of: model, commit: listing.commit)
        }
    }

    private func listing(_ connection: HubConnection) async throws -> HubListing {
        var attempts = HubAttempts(retries, place: connection.model.description)
        while true {
            do {
                return try await connection.listing()
            } catch let failure as TransientFailure {
                try await attempts.failed(failure)
            }
        }
    }

    private static func neededFiles(of listing: HubListing, _ model: ModelIdentifier) throws(HubError) -> [HubFile] {
        let files = HubFile.needed(of: listing.files)
        guard files.contains(where: { $0.name == "config.json" }) else {
            throw HubError(.notFound, model.description, "has no config.json; choose a repository that holds a model")
        }
        guard files.contains(where: { HubFile.isWeights($0.name) }) else {
            throw HubError(
                .notFound, model.description,
                "has no weights as *.safetensors or pytorch_model*.bin; choose a repository that has")
        }
        return files
    }

    private func fetch(_ files: [HubFile], with transfer: HubTransfer) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                if index >= parallelFiles { try await group.next() }
                group.addTask { try await transfer.fetch(file, index: index) }
            }
            try await group.waitForAll()
        }
    }
}

import DeepSeekHub
import Foundation
import Testing

/// A pull of the fake model from a loopback server into a cache of its own.
struct HubTrial {
    let model = FakeModel()
    let server: LoopbackServer
    let address: String
    let cacheFolder: String

    static func run(
        answering answer: @escaping @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Reply,
        _ body: (HubTrial) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await LoopbackServer.run(answering: answer) { server, address in
                try await body(HubTrial(server: server, address: address, cacheFolder: folder + "/hub"))
            }
        }
    }

    func environment(_ more: [String: String] = [:]) throws -> HubEnvironment {
        let own = ["HF_ENDPOINT": address, "HF_HUB_CACHE": cacheFolder, "HF_HOME": cacheFolder + "-home"]
        return try HubEnvironment(own.merging(more) { $1 })
    }

    /// Pulls with delays that suit a test.
    @discardableResult
    func pull(
        _ name: String? = nil, refresh: Bool = false, _ variables: [String: String] = [:],
        progress: @escaping @Sendable (HubProgress) -> Void = { _ in }
    ) async throws -> String {
        let retries = HubRetryPolicy(
            maximumFailures: 3, baseDelay: .milliseconds(1), maximumDelay: .milliseconds(20))
        return try await HubDownloader(environment(variables), retries: retries)
            .pull(ModelIdentifier(name ?? model.name), refresh: refresh, progress: progress)
    }

    /// The error of a pull that has to fail.
    func failure(_ name: String? = nil, _ variables: [String: String] = [:]) async throws -> HubError {
        try #require(await #expect(throws: HubError.self) { try await pull(name, variables) })
    }

    func requests(for path: String) -> [LoopbackServer.Request] { server.requests.filter { $0.path == path } }

    var modelFolder: String { cacheFolder + "/models--someone--tiny" }
    var weightsBlob: String { "\(modelFolder)/blobs/\(model.weightsDigest)" }
    var partial: String { weightsBlob + ".incomplete" }

    /// Whether the snapshot holds the weights, whole and right.
    func expectWhole(_ snapshot: String) {
        #expect(contents(snapshot + "/model.safetensors") == model.weights)
    }
}

/// Nil for what cannot be read.
func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { Array($0) } }

func put(_ bytes: [UInt8], _ path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
}

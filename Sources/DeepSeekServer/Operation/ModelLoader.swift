import DeepSeekInference
import Foundation
import Logging
import ServiceLifecycle

/// Loads the model beside a server that already answers.
struct ModelLoader: Service {
    let host: ModelHost
    let logger: Logger
    let load: @Sendable () throws -> ServedModel

    func run() async throws {
        let (models, continuation) = AsyncThrowingStream.makeStream(of: ServedModel.self)
        // Loading blocks for as long as the disk takes.
        Thread.detachNewThread {
            continuation.yield(with: Result { try load() })
            continuation.finish()
        }
        for try await model in models.cancelOnGracefulShutdown() {
            host.set(model)
            logger.info(
                "ready",
                metadata: [
                    "model": .string(model.id), "context": .stringConvertible(model.language.contextLength),
                    "cache_bytes": .stringConvertible(model.language.cacheBytes),
                    "load_seconds": .stringConvertible((model.language.loadSeconds * 100).rounded() / 100),
                ])
        }
        try await gracefulShutdown()
    }
}

import Hummingbird
import Logging
import NIOCore

/// What belongs to one request on its way through the server.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    package let channel: any Channel
    /// Sent back as `x-request-id`, and in every line that the log holds of the request.
    package let requestID: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        requestID = Identifier.make("req_")
        // The framework's own name for the request; one is enough.
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request"] = .string(requestID)
    }
}

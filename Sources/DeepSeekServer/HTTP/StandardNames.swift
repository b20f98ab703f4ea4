import HTTPTypes

extension HTTPField.Name {
    // Of characters that names may have, so they are never nil.
    static let requestID = HTTPField.Name("x-request-id")!
    static let xAccelBuffering = HTTPField.Name("x-accel-buffering")!
}

extension HTTPResponse.Status {
    /// Nobody reads it; the log and the metrics do.
    static let clientClosedRequest = HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
}

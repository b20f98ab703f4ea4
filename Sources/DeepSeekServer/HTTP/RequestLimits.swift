/// What a client may send at most.
package struct RequestLimits: Sendable, Hashable {
    package var bodyBytes = 8 << 20
    /// Values in one JSON body, at all levels together.
    package var jsonValues = 1_000_000
    /// Of one header.
    package var headerBytes = 16 << 10
    package var headerCount = 100
    /// For a whole body to arrive.
    package var bodyTime = Duration.seconds(60)
    /// For a request to go on, or for the next one to come.
    package var idleTime = Duration.seconds(75)
    /// For a client to take what is sent to it.
    package var writeTime = Duration.seconds(60)
    package var connections = 4_096

    package init() {}
}

/// Why a model could not be found in the cache or fetched from the Hub.
public struct HubError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The Hub has no such model, revision or file.
        case notFound
        /// The Hub wants a token, or does not accept the one it got.
        case unauthorized
        /// The model's licence has to be accepted first.
        case gated
        /// Something would have to be downloaded, and downloads are switched off.
        case offline
        /// The Hub could not be reached, or broke off too often.
        case network
        /// The bytes that arrived are not those that the Hub promised.
        case integrity
        /// A name of a model, revision or file, or a setting, that is not acceptable.
        case badName
        /// An answer of the Hub that makes no sense.
        case badResponse
        /// The cache folder cannot be read or written.
        case fileSystem
    }

    public let code: Code
    /// The model, address, file or setting that it is about.
    public let place: String
    /// What is wrong, and what to do.
    public let message: String

    public var description: String { "\(place): \(message)" }

    package init(_ code: Code, _ place: String, _ message: String) {
        self.code = code
        self.place = place
        self.message = message
    }
}

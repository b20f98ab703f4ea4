/// Why the books cannot be opened, or an order of the administrator not be carried out.
package struct PlatformError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The database cannot be opened, read or written.
        case database
        case noSuchAccount
        case noSuchKey
        case nameTaken
        case invalidValue
    }

    package let code: Code
    package let message: String

    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

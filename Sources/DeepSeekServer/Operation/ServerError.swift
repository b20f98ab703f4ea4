/// Why a server cannot start, and what to do.
package struct ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

import Synchronization

/// Tells chat sessions apart.
package struct SessionID: Sendable, Hashable {
    private static let last = Atomic<UInt64>(0)

    private let number: UInt64

    /// One that no other session has.
    package init() { number = Self.last.wrappingAdd(1, ordering: .relaxed).newValue }
}

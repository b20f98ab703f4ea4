/// A list of metadata, checked to lie inside its file.
package struct GGUFList: Sendable, Hashable {
    package let kind: GGUFKind
    package let count: Int
    /// Where its elements begin in the file.
    let start: Int
}

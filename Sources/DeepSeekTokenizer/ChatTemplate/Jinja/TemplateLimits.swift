/// Bounds on what a template may use, since templates come from strangers.
package struct TemplateLimits: Sendable {
    /// Statements and expressions that one rendering may evaluate. Copied text counts too, 64 bytes as one step.
    package var steps: Int
    /// Nested statements and expressions of the running template, through macro calls.
    package var depth: Int
    /// Bytes of text that one value or the output may hold.
    package var textBytes: Int

    package init(steps: Int = 20_000_000, depth: Int = 400, textBytes: Int = 64 << 20) {
        self.steps = steps
        self.depth = depth
        self.textBytes = textBytes
    }

    /// Nested expressions and blocks in the source. Published templates stay under 30.
    static let sourceDepth = 64
    /// Nested lists and dictionaries in a value.
    static let valueDepth = 300
    /// Elements of a value at all levels.
    static let valueSize = 4 << 20
}

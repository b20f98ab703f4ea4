/// The variables of one block. What is set in a loop, a macro or a block assignment is not seen outside of it.
final class Scope {
    var variables: [String: Value]
    let parent: Scope?
    /// Running loops around it, in the same macro.
    let loopNesting: Int

    init(parent: Scope?, variables: [String: Value] = [:], loopNesting: Int? = nil) {
        self.parent = parent
        self.variables = variables
        self.loopNesting = loopNesting ?? parent?.loopNesting ?? 0
    }

    func value(of name: String) -> Value? {
        var scope: Scope? = self
        while let current = scope {
            if let value = current.variables[name] { return value }
            scope = current.parent
        }
        return nil
    }
}

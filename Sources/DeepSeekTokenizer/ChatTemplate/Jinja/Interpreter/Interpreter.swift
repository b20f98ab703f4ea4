/// Renders one conversation with the tree of a template.
///
/// Recursion follows the tree, which the parser keeps shallow, and macro calls, which `depth` counts.
final class Interpreter {
    struct Macro {
        let definition: MacroDefinition
        let scope: Scope
    }

    let limits: TemplateLimits
    /// Formats the time of rendering as C's `strftime` does.
    let formatNow: (String) -> String
    var budget: Budget
    var output = Text()
    var scope: Scope
    var macros: [Macro] = []
    var namespaces: [[String: Value]] = []
    /// The line being executed, for errors.
    var line = 1
    private var depth = 0

    init(variables: [String: Value], limits: TemplateLimits, formatNow: @escaping (String) -> String) {
        self.limits = limits
        self.formatNow = formatNow
        budget = Budget(limits)
        let globals: [GlobalFunction] = [.range, .dict, .namespace, .raiseException, .formatNow]
        let functions = globals.map { ($0.rawValue, Value.callable(.function($0))) }
        let root = Scope(parent: nil, variables: Dictionary(uniqueKeysWithValues: functions))
        scope = Scope(parent: root, variables: variables)
    }

    func render(_ body: [Statement]) throws(LocatedFault) -> Text {
        do throws(TemplateFault) { _ = try execute(body) } catch { throw LocatedFault(fault: error, line: line) }
        return output
    }

    /// Counts a step and a level of nesting around `body`.
    func nested<Result>(_ body: () throws(TemplateFault) -> Result) throws(TemplateFault) -> Result {
        try budget.spend()
        guard depth < limits.depth else {
            throw TemplateFault(.limit, "the template calls itself too deeply")
        }
        depth += 1
        defer { depth -= 1 }
        return try body()
    }

    func write(_ text: Text) throws(TemplateFault) {
        // Writing is linear in all of the output, so only the new part costs; the whole must fit.
        try budget.spend(copying: text.count)
        guard output.count + text.count <= limits.textBytes else {
            throw TemplateFault(.limit, "the template prints more than \(limits.textBytes) bytes")
        }
        output.append(text)
    }

    func string(_ value: Value) throws(TemplateFault) -> Text { try ValueText.string(value, &budget) }

    /// What `body` prints.
    func captured(_ body: () throws(TemplateFault) -> Void) throws(TemplateFault) -> Text {
        let outer = output
        output = Text()
        defer { output = outer }
        try body()
        return output
    }

    func withScope<Result>(
        _ inner: Scope, _ body: () throws(TemplateFault) -> Result
    ) throws(TemplateFault) -> Result {
        let outer = scope
        scope = inner
        defer { scope = outer }
        return try body()
    }
}

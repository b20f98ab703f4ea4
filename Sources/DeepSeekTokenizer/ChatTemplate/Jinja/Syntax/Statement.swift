/// A statement of the tree that a template is compiled to.
struct Statement: Sendable {
    indirect enum Kind: Sendable {
        case data(Text)
        case output(Expression)
        case conditional([Branch], otherwise: [Statement])
        case loop(ForLoop)
        case assignment(AssignmentTarget, Expression)
        /// `{% set name | filter %}…{% endset %}`.
        case blockAssignment(AssignmentTarget, [Step], [Statement])
        case macro(MacroDefinition)
        /// `{% call(…) callee(…) %}…{% endcall %}`.
        case callBlock(MacroDefinition, callee: Expression, CallArguments)
        case filterBlock([Step], [Statement])
        case with([WithBinding], [Statement])
        /// `{% generation %}`: its variables stay inside.
        case scope([Statement])
        case breakLoop
        case continueLoop
    }

    struct Branch: Sendable {
        let condition: Expression
        let body: [Statement]
    }

    struct WithBinding: Sendable {
        let target: AssignmentTarget
        let value: Expression
    }

    let kind: Kind
    let line: Int
}

struct ForLoop: Sendable {
    let target: AssignmentTarget
    let iterable: Expression
    let filter: Expression?
    let body: [Statement]
    let otherwise: [Statement]
}

indirect enum AssignmentTarget: Sendable {
    case name(String)
    /// `namespace.attribute`.
    case attribute(String, String)
    case tuple([AssignmentTarget])

    func binds(_ name: String) -> Bool {
        switch self {
        case .name(let other): other == name
        case .attribute: false
        case .tuple(let parts): parts.contains { $0.binds(name) }
        }
    }
}

struct MacroDefinition: Sendable {
    struct Parameter: Sendable {
        let name: String
        let fallback: Expression?
    }

    let name: String
    let parameters: [Parameter]
    let body: [Statement]
    /// Whether the body mentions `varargs`, `kwargs` and `caller`: only then does the macro take such arguments.
    let takesExtraPositional: Bool
    let takesExtraKeywords: Bool
    let takesCaller: Bool
}

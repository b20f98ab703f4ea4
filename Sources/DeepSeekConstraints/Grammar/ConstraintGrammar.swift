/// The grammar of each kind of constraint.
enum ConstraintGrammar {
    static func book(_ constraint: OutputConstraint) throws(ConstraintError) -> GrammarBook {
        var book = GrammarBook()
        switch constraint {
        case .json:
            var json = JSONGrammar(&book)
            book.defineStart(json.anyObject(&book))
        case .jsonSchema(let schema, let isStrict):
            var json = JSONGrammar(&book)
            book.defineStart(try SchemaCompiler.grammar(of: schema, isStrict: isStrict, json: &json, book: &book))
        case .regex(let pattern): book.defineStart(.graph(try ScalarGraph(pattern: pattern), .text))
        case .choice(let texts):
            guard !texts.isEmpty, !texts.contains("") else {
                throw ConstraintError(.empty, "a choice needs at least one text, and none of them empty")
            }
            book.defineStart(.oneOf(texts.map { Array($0.utf8) }))
        case .toolCalls(let calls): book.defineStart(try grammar(calls, &book))
        }
        return book
    }

    private static func grammar(
        _ calls: ToolCallConstraint, _ book: inout GrammarBook
    ) throws(ConstraintError) -> Grammar {
        guard !calls.functions.isEmpty else {
            throw ConstraintError(.empty, "calls need at least one function that may be called")
        }
        let form = calls.form
        var json = JSONGrammar(&book)
        var alternatives: [Grammar] = []
        for function in calls.functions {
            let arguments: Grammar
            do {
                arguments =
                    try function.parameters.map { (schema) throws(ConstraintError) in
                        try SchemaCompiler.grammar(
                            of: schema, isStrict: function.isStrict, json: &json, book: &book)
                    } ?? json.anyObject(&book)
            } catch {
                throw ConstraintError(
                    error.code, "parameters of the function \"\(function.name)\": \(error.message)",
                    pointer: error.pointer)
            }
            if let nameEnd = form.nameEnd {
                alternatives.append(.sequence([.text(function.name + nameEnd), arguments]))
            } else {
                let name = Grammar.literal(JSONText.quoted(function.name))
                alternatives.append(
                    json.object([
                        .init(grammar: json.member("name", name), isRequired: true),
                        .init(grammar: json.member("arguments", arguments), isRequired: true),
                    ]))
            }
        }
        let call = book.add(.sequence([.choice(alternatives), .text(form.callClosing)]))
        let more = Grammar.sequence([.text(form.separator + form.callOpening), call])
        // All that comes after the words that show that this is a call.
        let rest = Grammar.sequence([
            call, .repetition(more, minimum: 0, maximum: calls.allowsSeveral ? nil : 0), .text(form.closing),
        ])
        let trigger = form.opening + form.callOpening
        if calls.isRequired { return .sequence([.text(trigger), rest]) }
        guard !trigger.isEmpty else {
            throw ConstraintError(.empty, "calls that may be left out need an opening that tells them from text")
        }
        let (before, until) = try ScalarGraph.text(upTo: Array(trigger.unicodeScalars))
        return .choice([.graph(before, .text), .sequence([.graph(until, .text), rest])])
    }
}

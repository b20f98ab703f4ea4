import DeepSeekJSON
import DeepSeekTokenizer
import Testing

/// Single constructs of the language give exactly what Python's jinja2 gives, errors included.
@Suite struct ConstructTests {
    static let variables: [String: JSONValue] = [
        "n": 7, "x": 2.5, "s": "Hello, World", "t": true, "nothing": nil, "empty": "", "wide": "Grüße 语言 ΟΔΥΣΣΕΥΣ ﬁ",
        "list": [3, 1, 2], "words": ["b", "A", "c", "a"], "d": ["b": 1, "a": [1, 2], "items": "member", "key": "v"],
        "rows": [["n": "x", "v": 1, "in": ["k": 1]], ["n": "y", "v": 2], ["n": "z", "v": nil]],
        "deep": [[1, [2]], []],
        "html": "<a href=\"x\">'&'</a>", "lines": "one\n\ntwo\r\nthree\u{2028}four\n", "quotes": "it's \"so\"",
    ]

    @Test(.enabled(if: ReferenceRenderer.isAvailable, "python3 with jinja2 is not installed"))
    func expressionsRenderAsJinja2Does() throws { try compare(ConstructTable.expressions.map { "{{ \($0) }}" }) }

    @Test(.enabled(if: ReferenceRenderer.isAvailable, "python3 with jinja2 is not installed"))
    func statementsRenderAsJinja2Does() throws { try compare(ConstructTable.templates) }

    private func compare(_ sources: [String]) throws {
        let expected = try ReferenceRenderer.render(sources.map { .init(source: $0, variables: Self.variables) })
        #expect(expected.count == sources.count)
        for (source, expected) in zip(sources, expected) {
            let text: String?
            var failure: ChatTemplateError?
            do throws(ChatTemplateError) {
                let template = try ChatTemplate(source)
                text = try template.renderVerbatim(
                    messages: [], tools: nil, addGenerationPrompt: false, content: Self.variables,
                    formatNow: { LocalTime.format($0, seconds: ReferenceRenderer.now) }
                ).map(\.text).joined()
            } catch {
                text = nil
                failure = error
            }
            let isEqual = text.map { Array($0.utf8) } == expected.map { Array($0.utf8) }
            #expect(isEqual, "\(source) gives \(text ?? failure?.description ?? ""), not \(expected ?? "an error")")
        }
    }
}

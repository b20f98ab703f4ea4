import DeepSeekJSON
import DeepSeekTokenizer
import Testing

/// Mutated templates are refused, fail or render; they never crash and always end.
@Suite struct ChatTemplateFuzzTests {
    private static let sources = [
        """
        {{- bos_token }}{% macro m(a, b=[1, 2.5]) -%}{{ a|trim ~ b[::-1] }}{%- endmacro %}
        {% set ns = namespace(x=0, s='é') %}{% for k, v in {'a': 1, 'b': none}.items() if v is not none %}
        {%- set ns.x = ns.x + loop.index0 * 3 // 2 %}{{ m(k, b=v) }}{% if loop.last %}{% break %}{% else %}{% continue %}{% endif %}
        {% endfor %}{% for message in messages[1:] %}{{ '<|' + message['role'] + '|>' + message.content.split('a', 1)[-1].strip() }}
        {% endfor %}{{ tools|tojson(indent=2) }}{# c #}{% raw %}{{ x }}{% endraw %}
        """,
        """
        {% for m in messages %}{% if m.role == 'user' and not loop.first or m.content is string %}{{ m.content|replace('x', '语')|upper }}
        {% elif m.role in ['tool', "assistant"] %}{{ raise_exception('no ' ~ m.role) }}{% else %}{{ '%s-%05d' % (m.role, 7) }}{% endif %}
        {% set q %}{{ range(1, 9, 2)|map('string')|join(', ') }}{{ -7 % 3 ** 2 }}{% endset %}{{ q[-3:] ~ q|length }}
        {{ messages|selectattr('role', 'equalto', 'user')|map(attribute='content')|list|sort|first|default('d', true) }}
        {% generation %}{{ 'a\\n\\x41'.replace('a', q).center(30, '*').splitlines() }}{% endgeneration %}{% endfor %}
        """,
    ]

    @Test func mutatedTemplatesRenderOrAreRefused() {
        var mutator = Mutator(seed: 7)
        let messages: [JSONValue] = [
            ["role": "system", "content": "xax"], ["role": "user", "content": "é语\u{301}"],
            ["role": "tool", "content": nil],
        ]
        let limits = TemplateLimits(steps: 200_000, textBytes: 1 << 20)
        for iteration in 0..<Mutator.iterations {
            let bytes = mutator.mutate(Array(Self.sources[iteration % Self.sources.count].utf8))
            let source = String(decoding: bytes, as: UTF8.self)
            guard let template = try? ChatTemplate(source, name: "fuzz", limits: limits) else { continue }
            guard
                let spans = try? template.renderVerbatim(
                    messages: messages, tools: [["name": "f"]], addGenerationPrompt: true,
                    variables: ["bos_token": "<bos>"],
                    formatNow: { $0 })
            else { continue }
            #expect(spans.allSatisfy { !$0.text.isEmpty })
            #expect(zip(spans, spans.dropFirst()).allSatisfy { $0.origin != $1.origin })
        }
    }
}

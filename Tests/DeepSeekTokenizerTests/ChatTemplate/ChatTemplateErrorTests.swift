import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

@Suite struct ChatTemplateErrorTests {
    private func failure(_ source: String, limits: TemplateLimits = TemplateLimits()) -> ChatTemplateError? {
        do throws(ChatTemplateError) {
            let template = try ChatTemplate(source, name: "t", limits: limits)
            _ = try template.renderVerbatim(
                messages: [["role": "user", "content": "x"]], tools: nil, addGenerationPrompt: true, formatNow: { $0 })
            return nil
        } catch { return error }
    }

    @Test(arguments: [
        ("a\n{{ 'b' +\n missing }}", ChatTemplateError.Code.undefined, 3), ("\n{% if x %}\n", .syntax, 2),
        ("{{ 1 }}\n\n{% nosuch %}", .syntax, 3),
        ("{# a\n b #}\n{{ raise_exception('no ' ~ 1) }}", .raised, 3), ("\n{{ 1\n| nosuch }}", .unsupported, 3),
        ("{% if false %}\n{% include 'x' %}{% endif %}", .unsupported, 2),
        ("{% macro m() %}\n{{ 1 // 0 }}{% endmacro %}\n{{ m() }}", .value, 2), ("\n{{ 'a' < 1 }}", .type, 2),
        ("{% set x = [] %}\n{{ x.append(1) }}", .undefined, 2),
        ("{% set ns = namespace() %}\n{% set ns._a = 1 %}", .forbidden, 2), ("\n\n{{ 'open }}", .syntax, 3),
        ("a\n{# open", .syntax, 2), ("a\n{{ 1", .syntax, 2),
        ("{{ 99999999999999999999 }}", .unsupported, 1), ("\n{{ 9223372036854775807 + 1 }}", .value, 2),
        ("{{ -9223372036854775807 - 2 }}", .value, 1), ("{{ 2 ** 64 }}", .value, 1),
        ("{{ (-9223372036854775807 - 1) // -1 }}", .value, 1), ("{{ (-9223372036854775807 - 1)|abs }}", .value, 1),
        ("\n{{ range(3)|map('odd') }}", .unsupported, 2), ("\n{{ messages|map('upper') }}", .unsupported, 2),
        ("{{ 'x'.encode() }}", .unsupported, 1), ("{{ f(*x) }}", .unsupported, 1),
        ("{% for i in [1] recursive %}{% endfor %}", .unsupported, 1), ("{{ joiner(',') }}", .unsupported, 1),
        ("{{ range(100001) }}", .limit, 1),
    ])
    func errorsNameTheLine(_ source: String, _ code: ChatTemplateError.Code, _ line: Int) throws {
        let error = try #require(failure(source))
        #expect(error.code == code, "\(error)")
        #expect(error.line == line, "\(error)")
        #expect(error.description.hasPrefix("t, line \(line): "))
    }

    @Test func theTemplateSpeaksThroughRaiseException() {
        #expect(failure("{{ raise_exception('roles must alternate') }}")?.message == "roles must alternate")
    }

    @Test(arguments: [
        String(repeating: "(", count: 100_000) + "1", String(repeating: "[", count: 100_000),
        String(repeating: "not ", count: 100_000) + "1",
        String(repeating: "-", count: 100_000) + "1", String(repeating: "1 if 1 else ", count: 100_000) + "1",
        String(repeating: "1 if ", count: 100_000) + "1",
        String(repeating: "{1:", count: 100_000), String(repeating: "a(", count: 100_000),
        String(repeating: "a[", count: 100_000),
    ])
    func deepNestingIsRefused(_ expression: String) {
        let code = failure("{{ - " + expression + " }}")?.code
        #expect(code == .limit || code == .syntax)
    }

    @Test func deepBlocksAreRefusedAndLongChainsAreNot() {
        #expect(failure(String(repeating: "{% if 1 %}", count: 100_000))?.code == .limit)
        #expect(failure("{{ 0" + String(repeating: " + 1", count: 50_000) + " }}") == nil)
        #expect(failure("{{ ''" + String(repeating: "|trim", count: 50_000) + " }}") == nil)
        #expect(failure("{% if 0 %}" + String(repeating: "{% elif 0 %}", count: 50_000) + "{% endif %}") == nil)
    }

    @Test(arguments: [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ 'x' * 1000000000000 }}", "{{ [1] * 1000000000000 }}", "{{ 'x' * 9223372036854775807 }}",
        "{{ 'x'.center(9999999999) }}", "{{ 'a'|indent(99999999999, true) }}", "{{ [1]|tojson(indent=99999999999) }}",
        "{% set n = namespace(s='x') %}{% for i in range(100) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(1000) %}{% set n.l = [n.l] %}{% endfor %}",
        "{% set n = namespace(l=[1]) %}{% for i in range(200) %}{% set n.l = [n.l, n.l] %}{% endfor %}",
        "{% set n = namespace(s='x') %}{% for i in range(100) %}{% set n.s = n.s|replace('x', 'xx') %}{% endfor %}",
        "{% for i in range(100000) %}{{ 'x' * 10000 }}{% endfor %}",
        "{% set s = 'ab' * 1000000 %}{% for i in range(100000) %}{% if s[i] == 'q' %}{% endif %}{% endfor %}",
        "{{ '%99999999999d' % 1 }}", "{{ 'x'.zfill(99999999999) }}",
    ])
    func templatesEnd(_ source: String) throws {
        let error = try #require(failure(source, limits: TemplateLimits(steps: 2_000_000)))
        #expect(error.code == .limit)
    }

    @Test func namespacesMayReferToEachOtherInCircles() {
        #expect(failure("{% set a = namespace() %}{% set a.a = a %}{{ a.a.a == a }}") == nil)
        #expect(failure("{% set a = namespace() %}{% set a.a = [a] %}{{ a.a }}")?.code == .unsupported)
    }

    /// The deepest template fits in the smallest stack that a thread of Swift's runtime has.
    @Test func recursionFitsInASmallStack() async {
        let nested =
            String(repeating: "{% if 1 %}{% for i in [1] %}", count: 20) + "{{ " + String(repeating: "(", count: 20)
            + "f()" + String(repeating: ")", count: 20) + " }}"
            + String(repeating: "{% endfor %}{% endif %}", count: 20)
        let source = "{% macro f() %}\(nested){% endmacro %}{{ f() }}"
        let parentheses = "{{ " + String(repeating: "(", count: 100) + "1" + String(repeating: ")", count: 100) + " }}"
        let codes = await withCheckedContinuation { continuation in
            let thread = Thread {
                continuation.resume(returning: [self.failure(source)?.code, self.failure(parentheses)?.code])
            }
            thread.stackSize = 512 << 10
            thread.start()
        }
        #expect(codes == [.limit, .limit])
    }
}

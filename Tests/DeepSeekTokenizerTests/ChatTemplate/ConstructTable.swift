/// Pieces of the language, each tried in Python too.
enum ConstructTable {
    static let expressions =
        literals + operators + comparisons + access + textMethods + otherMethods + textFilters
        + sequenceFilters + numberFilters + tests + calls

    private static let literals = [
        "1", "1_000", "0x1F", "0b101", "0o17", "1.5", "1e3", "1.5e-7", "1E+20", "1e16", "123456789.123", "1e15",
        "0.0001",
        "0.00001", "-0.0", "012", "00", "1.", "'a' 'b'", #"'\n\t\\\'\"\x41\u00e9\U0001F600\101\q'"#, #"'\u00'"#, "'é'",
        "true",
        "True", "none", "None", "[1, 'a', [2.0, None, true]]", "(1,)", "()", "1, 2", "{'a': 1, 2: (3,), none: false}",
        "{}",
        "[1, 2,]", "{'a': {}}", "['it\\'s', 'a \"q\"', 'both\\'\"', '\\x00\\x7f\\u00ad\\u200b', '\\n']", "wide",
        "[wide]",
        "'unclosed", "(1", "1)", "[1}", "{1: 2", "a b", "1 2", "", "@", "!", "a ! b",
    ]

    private static let operators = [
        "1 + 2 * 3 - 4", "7 // 2", "-7 // 2", "7 % -3", "-7 % 3", "7 / 2", "6 / 3", "2 ** 10", "2 ** -1", "2 ** 3 ** 2",
        "-2 ** 2",
        "7.5 // 2", "-7.5 % 2", "1 / 0", "1 // 0", "1 % 0", "1.0 / 0", "n + x", "t + 1", "'a' + 'b'", "'a' + 1",
        "'ab' * 3", "3 * 'ab'",
        "'a' * -1", "[1] * 2", "[1] + [2]", "(1,) + (2,)", "[1] + (2,)", "'a' ~ 1 ~ none ~ true ~ x ~ [1]",
        "nothing ~ missing",
        "missing + 1", "-missing", "-n", "+n", "-'a'", "--n", "- -n", "not n", "not not n", "n and s", "n or s",
        "0 or ''", "1 and 0 and missing.x",
        "none or 'a'", "'%s is %d and %.2f%%' % ('a', 3, 2.345)", "'%s' % 1", "'%s' % (1, 2)",
        "'%5d|%-5d|%05d' % (1, 2, 3)",
        "'%r' % 'a'", "'%x' % 255", "'%q' % 1", "'%' % 1", "1 if n else 2", "1 if empty else 2", "1 if empty",
        "(1 if empty) is defined",
        "1 if n else 2 if t else 3", "n|abs + 1", "-n|abs", "(-n)|abs", "1 - 1|abs", "n ** 0.5", "0.1 + 0.2",
        "1e308 * 10", "none + 1", "2 * x * 3",
        "s * 2.0", "7 - -7", "1 ~ 2 + 3", "2 + 1 ~ 3",
    ]

    private static let comparisons = [
        "1 < 2 < 3", "1 < 3 < 2", "1 == 1.0 == true", "'a' < 'b'", "'a' < 1", "[1, 2] < [1, 3]", "(1,) < (1, 2)",
        "none == none", "none < 1",
        "missing == missing", "missing == none", "1 != 2", "'é' == 'e\u{301}'", "'B' < 'a'", "1 in list",
        "4 not in list", "'b' in d", "'ell' in s",
        "'' in s", "1 in s", "1 in 5", "'x' in missing", "missing in list", "not 1 in list", "1 in [1] == true",
        "[1] == (1,)", "{'a': 1} == {'a': 1.0}",
        "{'a': 1, 'b': 2} == {'b': 2, 'a': 1}", "[] == []", "range(3) == range(0, 3)", "'a' >= 'a'", "2 >= 3",
        "true > false", "n == 7 and s != ''",
        "d in [d]", "[1] in [[1]]", "[] in d", "1 <= 1", "list|length > 2", "not (1 == 2)", "1 is not none", "1 < 'a'",
        "missing < 1",
    ]

    private static let access = [
        "d.b", "d['b']", "d.missing", "d.missing.more", "d['missing']['more']", "d['items']", "d.key", "list[0]",
        "list[-1]", "list[9]", "list[-9]",
        "list.0", "s[0]", "s[-1]", "s[99]", "wide[7]", "s[1:3]", "s[:5]", "s[-5:]", "s[::-1]", "s[::2]", "s[5:1:-1]",
        "s[10:2]", "s[::0]", "list[1:]", "list[::-1]",
        "(1,2,3)[:2]", "range(10)[2:5]|list", "range(10)[3]", "wide[6:8]", "list['a']", "list.a", "nothing.a",
        "nothing['a']", "nothing.a.b", "n.a", "s.a", "s['upper']()",
        "missing.a", "missing['a']", "missing[0]", "rows[0].n", "rows[0]['in'].k", "rows[-1].v", "d['a'][1]",
        "list[1.0]", "list[true]", "d[missing]", "d[[]]",
        "s.__class__", "s.__class__.x", "d.__class__", "s['__class__']", "list.append", "list.append(1)",
        "d.update({})", "d.pop('b')", "s[1:]['upper']()", "n[0]",
        "n[1:]", "s['a':]", "d.b.c.e", "d[none]", "s[n]", "list[:-1]", "list[-2:]", "list[100:]", "list[:100:50]",
        "wide[::-1]", "s[-100:3]", "s[3:-100:-1]",
    ]

    private static let textMethods = [
        "s.upper()", "s.lower()", "wide.upper()", "wide.lower()", "wide.title()", "wide.capitalize()",
        "'they\\'re bill\\'s'.title()", "'  a '.strip()", "'xxaxx'.strip('x')", "'xyayx'.lstrip('xy')",
        "'xyayx'.rstrip('xy')", "'a'.strip(none)", "'\\u00a0\\u3000a\\x1f'.strip()", "s.split(',')",
        "' a  b c '.split()", "' a  b c '.split(none, 1)", "'a b c'.split(' ', 1)", "'a,b,c'.rsplit(',', 1)",
        "' a b  c '.rsplit(none, 1)", "'a,b,c'.split(',', maxsplit=1)", "'a,,b'.split(',')", "''.split(',')",
        "''.split()", "'a'.split('')", "'aXXbXXXc'.rsplit('XX')", "'aXXbXXXc'.split('XX')",
        "s.startswith('He')", "s.startswith(('a', 'H'))", "s.startswith(['H'])", "s.endswith('ld')",
        "s.endswith(('x', 'd'))", "s.startswith(1)", "s.replace('l', 'L')", "s.replace('l', 'L', 1)",
        "'abc'.replace('', '-')", "'abc'.replace('', '-', 2)", "'aaa'.replace('aa', 'b')", "s.replace('l')",
        "', '.join(['a', 'b'])", "', '.join(list)", "'-'.join('abc')", "s.find('o')", "s.find('zz')", "s.rfind('o')",
        "wide.find('语')", "s.index('zz')", "s.index('W')", "s.rindex('l')", "s.count('l')", "'aaaa'.count('aa')",
        "'abc'.count('')", "lines.splitlines()", "lines.splitlines(true)", "'a\\r\\nb\\rc'.splitlines(true)",
        "s.removeprefix('He')",
        "s.removesuffix('x')", "'7'.zfill(3)", "'-7'.zfill(4)", "'abc'.zfill(2)", "'a'.ljust(3) ~ '|'",
        "'a'.rjust(3, '*')", "'a'.center(4, '*')", "'ab'.center(5, '*')", "'ab'.center(1)", "'a'.ljust(3, 'ab')",
        "'abc'.isalpha()", "'a1'.isalnum()", "'12'.isdigit()", "''.isdigit()", "' \\t'.isspace()", "'aB'.islower()",
        "'ab1'.islower()", "'AB'.isupper()", "'a=b=c'.partition('=')", "'a=b=c'.rpartition('=')",
        "'abc'.partition('=')", "'{} and {}'.format(1, 'b')", "'{1}{0}'.format('a', 'b')",
        "'{a}-{b}'.format(a=1, b=[2])", "'{{}}{}'.format(1)", "'{}'.format()", "'{'.format(1)", "'{x}'.format(1)",
        "s.nosuch()", "s.upper(1)", "s.strip(1)", "s.split(1)", "'ǆ'.title()", "'ß'.upper()", "'ß'.capitalize()",
        "'İ'.lower()", "'Σ'.lower()", "'ΑΣ Σ'.lower()", "''.capitalize()", "'abc'.strip('')",
    ]

    private static let otherMethods = [
        "d.items()", "d.keys()", "d.values()", "d.items()|list", "d.keys()|list", "d.get('b')", "d.get('zz')",
        "d.get('zz', 5)", "d.get()", "d.get('a', 1, 2)", "d.copy()", "list.index(1)", "list.index(9)", "list.count(3)",
        "list.copy()",
        "(1, 2).index(2)", "(1, 2).count(5)", "dict(a=1, b=2)", "dict({'a': 1}, b=2)", "dict([('a', 1)])", "dict([1])",
        "namespace(a=1).a", "namespace(a=1)['a']", "namespace(_a=1)", "namespace({'a': 2}, b=3).b", "namespace().zz",
        "range(3)", "range(1, 10, 3)|list", "range(5, 0, -2)|list", "range(0)|list", "range(1, 2, 0)", "range('a')",
        "range()", "range(100001)", "range(3)|length", "range(0, 10, 4)|last",
        "strftime_now('%Y-%m-%d')", "strftime_now('%d %b %Y, %H:%M:%S %A %j')", "strftime_now()",
        "raise_exception('no')", "d.values()|first", "d.keys()[0]", "d|length", "d.items()|length",
        "(d.items()|list)[0][1]", "d.nosuch()", "n()", "missing()", "d.b()",
    ]

    private static let textFilters = [
        "' a '|trim", "'xax'|trim('x')", "n|trim", "s|upper", "s|lower", "s|title", "'foo-bar (baz) o\\'neil'|title",
        "'hELLO wORLD'|capitalize", "s|replace('o', '0')", "s|replace('o', '0', 1)", "12|replace(1, 3)", "s|length",
        "wide|length", "s|count", "n|string ~ 'a'",
        "list|string", "d|string", "html|e", "html|escape", "html|safe", "s|wordcount", "'a_b c-d é'|wordcount",
        "lines|indent", "lines|indent(2, true)", "lines|indent(2, first=true, blank=true)", "'a\\nb'|indent('> ')",
        "''|indent", "'a'|indent(2, true)", "'\\n'|indent(2, blank=true)", "n|indent",
        "'%s-%s'|format(1, 'a')", "'x'|center(5) ~ '|'", "d|tojson", "d|tojson(indent=2)", "rows|tojson(indent=4)",
        "quotes|tojson", "html|tojson", "wide|tojson", "wide|tojson(ensure_ascii=true)",
        "'😀\\x7f\\x00\\b\\f'|tojson(ensure_ascii=True)", "'\\x7f\\x1f\\b\\f\\u2028'|tojson",
        "d|tojson(separators=(',', ':'))", "d|tojson(indent=1, separators=(', ', ' = '))",
        "{'b': 1, 'a': {'d': 1, 'c': 2}}|tojson(sort_keys=true)", "{1: 2, none: 3, true: 4, 1.5: 5}|tojson",
        "(1, 2)|tojson", "[]|tojson(indent=2)", "{}|tojson(indent=2)", "[[], {}]|tojson(indent=2)",
        "x|tojson", "1e16|tojson", "1e-7|tojson", "missing|tojson", "range(3)|tojson", "d.items()|tojson",
        "none|tojson", "[true, false]|tojson", "{(1,2): 3}|tojson", "d|tojson(indent='--')", "d|tojson(indent=0)",
        "d|tojson(nosuch=1)", "[1.0, 100000000000000000000.0]|tojson",
        "missing|upper", "missing|trim", "missing|string", "missing|replace('a', 'b')", "none|upper", "true|lower",
        "list|upper", "s|upper|lower|title", "s|nosuch", "s|upper(1)", "none|trim", "missing|title",
    ]

    private static let sequenceFilters = [
        "list|join", "list|join(', ')", "words|join('-')", "rows|join(',', attribute='n')", "'abc'|join('.')",
        "missing|join(',')", "d|join(',')", "[1, none, missing, 'a']|join('|')", "list|first", "[]|first", "list|last",
        "[]|last is defined", "s|first", "s|last", "d|first", "missing|first",
        "list|reverse|list", "s|reverse", "list|sort", "words|sort", "words|sort(case_sensitive=true)",
        "words|sort(reverse=true)", "rows|sort(attribute='n', reverse=true)|map(attribute='n')|list",
        "rows|sort(attribute='v')", "['a', 1]|sort", "d|sort", "'bca'|sort",
        "words|unique|list", "[1, 1.0, true, 2]|unique|list", "words|unique(case_sensitive=true)|list",
        "rows|unique(attribute='n')|map(attribute='n')|list", "[[1]]|unique|list", "list|min", "list|max", "words|min",
        "words|max", "[]|max", "rows|max(attribute='n')", "list|sum", "[1.5, 2]|sum", "rows[:2]|sum(attribute='v')",
        "list|sum(start=10)", "['a']|sum",
        "d|dictsort", "d|dictsort(by='value')", "{'b': 2, 'A': 1, 'a': 3}|dictsort",
        "{'b': 2, 'A': 1, 'a': 3}|dictsort(true)", "{'b': 2, 'A': 1}|dictsort(false, 'value')",
        "{'b': 2, 'A': 1}|dictsort(reverse=true)", "list|dictsort", "list|map('string')|list",
        "words|map('upper')|join", "rows|map(attribute='n')|list", "rows|map(attribute='zz')|list|length",
        "rows|map(attribute='zz', default='-')|list", "rows|map(attribute='in.k', default='-')|list",
        "words|map('replace', 'a', 'b')|list", "list|map|list", "list|map('nosuch')|list",
        "rows|map(attribute='n')|map('upper')|list", "deep|map('length')|list", "rows|map('items')|map('list')|list",
        "list|select('odd')|list", "list|select|list", "[0, 1, '', none]|select|list", "[0, 1, '', none]|reject|list",
        "list|reject('odd')|list", "list|select('gt', 1)|list", "list|select('>', 1)|list",
        "list|select('in', [1, 2])|list", "rows|selectattr('v')|map(attribute='n')|list",
        "rows|selectattr('n', 'equalto', 'x')|list", "rows|rejectattr('v', 'none')|map(attribute='n')|list",
        "rows|selectattr('in.k', 'defined')|list|length",
        "rows|selectattr('n', 'in', ['x', 'z'])|map(attribute='v')|list", "rows|selectattr|list",
        "list|select('nosuch')|list", "d|list", "s[:3]|list", "missing|list", "none|list", "5|list", "d|items|list",
        "missing|items|list", "list|items|list", "list|batch(2)|list", "list|batch(2, 'x')|list", "list|slice(2)|list",
        "range(7)|slice(3)|list", "range(7)|slice(3, 'x')|list", "range(7)|batch(3, 0)|map('sum')|list", "list|length",
        "missing|length", "n|length", "none|length", "range(5)|select('even')|first", "range(5)|select('even')|last",
        "range(5)|select('even')|length", "list|count", "missing|sort", "words|map('first')|list", "s|attr('nosuch')",
    ]

    private static let numberFilters = [
        "'12'|int", "' 12 '|int", "'1_2'|int", "'x'|int", "'x'|int(5)", "'x'|int(default=none)", "'1.9'|int", "1.9|int",
        "-1.9|int", "true|int", "none|int", "none|int(-1)", "'ff'|int(base=16)", "list|int", "'1e3'|int", "missing|int",
        "'1.5'|float", "'x'|float", "'x'|float(1)", "3|float", "'inf'|float", "none|float", "'1e3'|float",
        "missing|float",
        "n|abs", "-2.5|abs", "(-2.5)|abs", "true|abs", "'a'|abs", "2.5|round", "3.5|round", "2.567|round(2)",
        "2.675|round(2)", "2.1|round(method='ceil')", "2.9|round(0, 'floor')", "2.123|round(2, 'ceil')", "5|round",
        "5|round(1)", "'a'|round", "1234.5|round", "0.5|round", "-0.5|round", "2.5|round(method='odd')",
        "missing|default('d')", "missing|d('d')", "empty|default('d')", "empty|default('d', true)",
        "empty|default('d', boolean=true)", "none|default('d')", "none|default('d', true)", "missing|default",
        "d.zz|default(d.b)", "missing.x|default('d')", "missing|default(default_value=1)", "missing|default('a')|upper",
        "nothing.x|default('d')",
    ]

    private static let tests = [
        "missing is defined", "n is defined", "d.zz is defined", "missing is undefined", "none is none",
        "missing is none", "s is string", "n is string", "n is number", "true is number", "x is number", "n is integer",
        "true is integer", "x is float", "n is float", "d is mapping", "list is mapping", "list is iterable",
        "s is iterable", "n is iterable", "missing is iterable", "d is sequence", "s is sequence", "n is sequence",
        "missing is sequence", "range(2) is sequence", "d.items() is sequence",
        "d.items() is iterable", "t is boolean", "1 is boolean", "t is true", "1 is true", "false is false",
        "0 is false", "n is equalto 7", "n is eq(7)", "n is ne 7", "3 is in list", "3 is in [1]", "9 is not in list",
        "2 is lt 3", "2 is gt(3)", "2 is le 2", "2 is ge 3", "3 is odd", "3 is even", "6 is divisibleby 3",
        "6 is divisibleby(4)", "6 is divisibleby 0", "'a' is odd", "'ab' is lower", "'AB' is upper", "'1' is lower",
        "s is callable", "range is callable", "1 is sameas 1", "1 is sameas 1.0", "none is sameas none",
        "n is not defined", "not n is defined", "n is defined and missing is not defined", "n is nosuch",
        "n is defined is defined", "s is string and s is not number", "d.b is defined and d.b == 1",
        "n is divisibleby n", "(n is odd) == true", "n is odd == true", "s is defined(1)", "n is eq",
        "raise_exception is defined", "loop is defined", "x is not float", "() is iterable", "namespace() is mapping",
    ]

    private static let calls = [
        "dict(a=1, a=2)", "dict(1, 2)", "range(1, b=2)", "s.split(sep=',')", "d.get(key='a')", "s.join()",
        "s.split(',', 1, 2)", "s.strip(chars='H')", "strftime_now('%Y', 1)",
    ]
}

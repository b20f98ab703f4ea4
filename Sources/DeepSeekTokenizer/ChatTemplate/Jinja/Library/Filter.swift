/// The filters of Jinja that can be used, under all of their names.
enum Filter: String, Sendable {
    case abs, attr, batch, capitalize, center, `default`, dictsort, escape, first, float, format, indent, int, items
    case join, last, length, list, lower, map, max, min, reject, rejectattr, replace, reverse, round, safe, select
    case selectattr, slice, sort, string, sum, title, tojson, trim, unique, upper, wordcount

    private static let aliases: [String: Filter] = ["count": .length, "d": .default, "e": .escape]

    init?(name: String) {
        guard let filter = Filter(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = filter
    }
}

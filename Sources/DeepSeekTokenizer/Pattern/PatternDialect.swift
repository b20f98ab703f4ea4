/// Whose regular expressions are read.
package enum PatternDialect: Sendable {
    /// Oniguruma's Ruby syntax, as published tokenizers have it.
    case tokenizer
    /// What ECMAScript, Python and ICU have in common, for text that is to be written: `^` and `$` are the ends of the
    /// text, and where the three disagree about a class, its narrowest reading counts.
    case output

    /// What `.` does not match.
    var lineEnds: ScalarSet {
        switch self {
        case .tokenizer: ScalarSet("\n")
        case .output: ScalarSet([0x0A...0x0D, 0x85...0x85, 0x2028...0x2029])
        }
    }
}

/// The classes that ECMAScript, Python and ICU read differently: what all of them match (narrow), or any of them (wide).
enum AgreedClasses {
    private static let digits = (narrow: ScalarSet([0x30...0x39]), wide: UnicodeClasses.decimalDigits)
    private static let word = (
        narrow: ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]),
        wide: UnicodeClasses.wordCharacters.union(UnicodeClasses.numeric).union(ScalarSet([0x200C...0x200D]))
    )
    /// Python counts four separators of ASCII as spaces, ECMAScript the byte order mark.
    private static let space = (
        narrow: ScalarSet([0x09...0x0D, 0x20...0x20]),
        wide: UnicodeClasses.whiteSpace.union(ScalarSet([0x1C...0x1F, 0xFEFF...0xFEFF]))
    )

    /// Nil for letters that name no such class.
    static func set(of letter: Unicode.Scalar, isWide: Bool) -> ScalarSet? {
        switch letter {
        case "d": isWide ? digits.wide : digits.narrow
        case "D": (isWide ? digits.narrow : digits.wide).inverted()
        case "w": isWide ? word.wide : word.narrow
        case "W": (isWide ? word.narrow : word.wide).inverted()
        case "s": isWide ? space.wide : space.narrow
        case "S": (isWide ? space.narrow : space.wide).inverted()
        default: nil
        }
    }
}

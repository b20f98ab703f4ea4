/// The named classes of scalars that patterns use.
///
/// Published tokenizers were trained, and are run elsewhere, with Oniguruma's tables of Unicode 16. The tables of the
/// Swift runtime may be newer; a scalar assigned later counts as unassigned here, or its text would be cut otherwise
/// than the model has learnt.
enum UnicodeClasses {
    static let whiteSpace = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
    ])
    static let decimalDigits = patternSet { $0 == .decimalNumber }
    /// Letters, marks, decimal digits, connectors, and six signs of Latin-1 (`²³¹¼½¾`) as Oniguruma has it.
    static let wordCharacters = set(named: "L").union(set(named: "M")).union(decimalDigits).union(set(named: "Pc"))
        .union(set(named: "Nl")).union(otherAlphabetic).union(ScalarSet([0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE]))
    static let hexadecimalDigits = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])
    /// What the `Digits` pre-tokenizer calls numeric. Unlike patterns, it follows Unicode 17 elsewhere too.
    static let numeric = scalars(upTo: 17) { [.decimalNumber, .letterNumber, .otherNumber].contains($0) }

    /// The Han script of Unicode 16.
    private static let han = ScalarSet([
        0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
        0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3,
        0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1,
        0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x323AF,
    ])

    /// Alphabetic signs outside the letters, marks and numbers: circled and squared Latin letters.
    private static let otherAlphabetic = ScalarSet([
        0x24B6...0x24E9, 0x1F130...0x1F149, 0x1F150...0x1F169, 0x1F170...0x1F189,
    ])

    /// The class of `\p{name}`; nil if it is not known. Case, spaces, hyphens and underscores in the name do not matter.
    static func pattern(named name: String) -> ScalarSet? {
        let key = name.lowercased().filter { !" -_".contains($0) }
        switch key {
        case "any": return .all
        case "han", "script=han", "sc=han": return han
        case "whitespace", "space": return whiteSpace
        case "letter": return set(named: "L")
        case "mark": return set(named: "M")
        case "number": return set(named: "N")
        case "punctuation": return set(named: "P")
        case "symbol": return set(named: "S")
        case "separator": return set(named: "Z")
        case "other": return set(named: "C")
        default:
            let matches = abbreviations.filter { $0.value.lowercased().hasPrefix(key) }
            return matches.isEmpty || key.count > 2 || key.isEmpty ? nil : set(named: key)
        }
    }

    /// The scalars whose general category begins with `name`.
    private static func set(named name: String) -> ScalarSet {
        let name = name.lowercased()
        return patternSet { (abbreviations[$0] ?? "").lowercased().hasPrefix(name) }
    }

    private static func patternSet(_ isMember: (Unicode.GeneralCategory) -> Bool) -> ScalarSet {
        // U+0295 became a letter without case in Unicode 17.
        let base = scalars(upTo: 16, isMember)
        let pharyngeal = ScalarSet([0x295...0x295])
        return isMember(.lowercaseLetter) ? base.union(pharyngeal) : base.intersection(pharyngeal.inverted())
    }

    /// - Parameter version: scalars that came later count as unassigned.
    private static func scalars(upTo version: Int, _ isMember: (Unicode.GeneralCategory) -> Bool) -> ScalarSet {
        let takesUnassigned = isMember(.unassigned)
        var ranges: [ClosedRange<UInt32>] = []
        for run in categoryRuns {
            let takesRun = isMember(run.category)
            if takesRun == takesUnassigned || run.isOld {
                if takesRun { ranges.append(run.range) }
                continue
            }
            for value in run.range {
                let age = Unicode.Scalar(value)?.properties.age?.major ?? 0
                if age <= version ? takesRun : takesUnassigned { ranges.append(value...value) }
            }
        }
        return ScalarSet(ranges)
    }

    private struct Run {
        var range: ClosedRange<UInt32>
        let category: Unicode.GeneralCategory
        /// Known to have been assigned long ago, or not assigned.
        let isOld: Bool
    }

    /// Large blocks that have long been full, of one category throughout: only their first scalar is asked.
    private static let uniformBlocks: [ClosedRange<UInt32>] = [
        0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xE000...0xF8FF, 0x17000...0x187F7, 0x20000...0x2A6DF,
        0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1, 0x2CEB0...0x2EBE0, 0x30000...0x3134A,
    ]

    /// All scalars in runs of one category.
    private static let categoryRuns: [Run] = {
        var runs: [Run] = []
        func append(_ range: ClosedRange<UInt32>, _ category: Unicode.GeneralCategory, isOld: Bool) {
            if let last = runs.indices.last, runs[last].category == category, runs[last].isOld == isOld {
                runs[last].range = runs[last].range.lowerBound...range.upperBound
            } else {
                runs.append(Run(range: range, category: category, isOld: isOld))
            }
        }
        func ask(_ block: ClosedRange<UInt32>) {
            for value in block {
                let category = Unicode.Scalar(value)?.properties.generalCategory ?? .surrogate
                append(value...value, category, isOld: category == .unassigned || category == .surrogate)
            }
        }
        var next: UInt32 = 0
        for block in uniformBlocks {
            ask(next...block.lowerBound - 1)
            append(block, Unicode.Scalar(block.lowerBound)?.properties.generalCategory ?? .unassigned, isOld: true)
            next = block.upperBound + 1
        }
        // After the ideographs of plane 3 nothing has come up to Unicode 16, and no number in 17. Planes 4 to 13 are empty,
        // 15 and 16 private: nothing there needs asking for one by one.
        ask(next...0x323AF)
        append(0x323B0...0xDFFFF, .unassigned, isOld: true)
        ask(0xE0000...0xE0FFF)
        append(0xE1000...0xEFFFF, .unassigned, isOld: true)
        for plane in [0xF0000, 0x100000] as [UInt32] {
            append(plane...plane + 0xFFFD, .privateUse, isOld: true)
            append(plane + 0xFFFE...plane + 0xFFFF, .unassigned, isOld: true)
        }
        return runs
    }()

    private static let abbreviations: [Unicode.GeneralCategory: String] = [
        .uppercaseLetter: "Lu", .lowercaseLetter: "Ll", .titlecaseLetter: "Lt", .modifierLetter: "Lm",
        .otherLetter: "Lo",
        .nonspacingMark: "Mn", .spacingMark: "Mc", .enclosingMark: "Me", .decimalNumber: "Nd", .letterNumber: "Nl",
        .otherNumber: "No", .connectorPunctuation: "Pc", .dashPunctuation: "Pd", .openPunctuation: "Ps",
        .closePunctuation: "Pe", .initialPunctuation: "Pi", .finalPunctuation: "Pf", .otherPunctuation: "Po",
        .mathSymbol: "Sm", .currencySymbol: "Sc", .modifierSymbol: "Sk", .otherSymbol: "So", .spaceSeparator: "Zs",
        .lineSeparator: "Zl", .paragraphSeparator: "Zp", .control: "Cc", .format: "Cf", .surrogate: "Cs",
        .privateUse: "Co", .unassigned: "Cn",
    ]
}

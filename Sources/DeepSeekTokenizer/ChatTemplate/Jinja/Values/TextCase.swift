/// Upper and lower case as Python maps them: by code point, except for the Greek sigma at the end of a word.
extension Text {
    var uppercased: Text { mapped { scalar, _ in scalar.properties.uppercaseMapping } }

    var lowercased: Text {
        if isASCII { return mapped { scalar, _ in scalar.properties.lowercaseMapping } }
        let scalars = Array(string.unicodeScalars)
        return mapped { scalar, index in Self.lowercase(scalar, at: index, in: scalars) }
    }

    /// The first code point in title case, the rest in lower case.
    var capitalized: Text {
        let scalars = Array(string.unicodeScalars)
        return mapped { scalar, index in
            index == 0 ? scalar.properties.titlecaseMapping : Self.lowercase(scalar, at: index, in: scalars)
        }
    }

    /// Every word capitalized, where a word is a run of cased letters.
    var titlecased: Text {
        let scalars = Array(string.unicodeScalars)
        return mapped { scalar, index in
            index > 0 && scalars[index - 1].properties.isCased
                ? Self.lowercase(scalar, at: index, in: scalars) : scalar.properties.titlecaseMapping
        }
    }

    /// Jinja's own idea of a title: words end at white space, hyphens and opening brackets.
    var jinjaTitle: Text {
        let scalars = Array(string.unicodeScalars)
        return mapped { scalar, index in
            let starts =
                index == 0 || Self.isWhiteSpace(scalars[index - 1])
                || "-({[<".unicodeScalars.contains(scalars[index - 1])
            return starts ? scalar.properties.uppercaseMapping : Self.lowercase(scalar, at: index, in: scalars)
        }
    }

    private func mapped(_ transform: (Unicode.Scalar, Int) -> String) -> Text {
        var result = Text()
        var index = 0
        for piece in pieces {
            for scalar in piece.scalars {
                result.append(transform(scalar, index), piece.origin)
                index += 1
            }
        }
        return result
    }

    private static func lowercase(_ scalar: Unicode.Scalar, at index: Int, in scalars: [Unicode.Scalar]) -> String {
        guard scalar == "Σ" else { return scalar.properties.lowercaseMapping }
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        let endsWord = before?.properties.isCased == true && after?.properties.isCased != true
        return endsWord ? "ς" : "σ"
    }
}

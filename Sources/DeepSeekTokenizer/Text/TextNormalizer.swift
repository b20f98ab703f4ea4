import Foundation

/// The Unicode normal forms that a tokenizer file may ask for, one after the other.
struct TextNormalizer: Sendable {
    enum Form: String, Sendable {
        case composed = "NFC"
        case decomposed = "NFD"
        case compatibilityComposed = "NFKC"
        case compatibilityDecomposed = "NFKD"
    }

    let forms: [Form]

    func normalized(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        // Below this lead byte nothing changes: all of ASCII, and in NFC all before the combining marks of U+0300.
        let firstAffected: UInt8 = forms.allSatisfy { $0 == .composed } ? 0xCC : 0x80
        guard bytes.contains(where: { $0 >= firstAffected }) else { return Array(bytes) }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var known = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if Self.isKnown(scalar) {
                known.unicodeScalars.append(scalar)
            } else {
                result.append(contentsOf: applyForms(known).utf8)
                known = ""
                result.append(contentsOf: String(scalar).utf8)
            }
        }
        result.append(contentsOf: applyForms(known).utf8)
        return result
    }

    /// The library that models are trained and published with has the tables of Unicode 9. To it, later scalars are
    /// unassigned: they stay what they are, and nothing composes or changes places across them.
    private static func isKnown(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x300 || (scalar.properties.age?.major ?? 0) <= 9
    }

    private func applyForms(_ text: String) -> String {
        forms.reduce(text) { text, form in
            switch form {
            case .composed: text.precomposedStringWithCanonicalMapping
            case .decomposed: text.decomposedStringWithCanonicalMapping
            case .compatibilityComposed: text.precomposedStringWithCompatibilityMapping
            case .compatibilityDecomposed: text.decomposedStringWithCompatibilityMapping
            }
        }
    }
}

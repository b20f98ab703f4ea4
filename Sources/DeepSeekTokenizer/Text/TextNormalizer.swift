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
        var text = String(decoding: bytes, as: UTF8.self)
        for form in forms {
            text =
                switch form {
                case .composed: text.precomposedStringWithCanonicalMapping
                case .decomposed: text.decomposedStringWithCanonicalMapping
                case .compatibilityComposed: text.precomposedStringWithCompatibilityMapping
                case .compatibilityDecomposed: text.decomposedStringWithCompatibilityMapping
                }
        }
        return Array(text.utf8)
    }
}

import DeepSeekJSON

/// Finds the three tokens of a merge, which a file gives as `"left right"` or as `["left", "right"]`.
struct MergeLookup {
    struct Found {
        let left: TokenID?
        let right: TokenID?
        let product: TokenID?

        /// Nil if a token is missing.
        var merge: BytePairModel.Merge? {
            guard let left, let right, let product else { return nil }
            return BytePairModel.Merge(left: left, right: right, product: product)
        }
    }

    let vocabulary: Vocabulary
    private var scratch: [UInt8] = []
    /// Vocabularies are mostly numbered in the order of their merges, so the next product is guessed before it is
    /// looked up.
    private var expected: TokenID = 0

    init(vocabulary: Vocabulary) { self.vocabulary = vocabulary }

    /// Nil if the element has neither form.
    mutating func find(_ element: JSONValue) -> Found? {
        switch element {
        case .string(var pair):
            return pair.withUTF8 { bytes in
                let space = UInt8(ascii: " ")
                guard let middle = bytes.firstIndex(of: space), bytes.lastIndex(of: space) == middle else { return nil }
                return find(
                    UnsafeBufferPointer(rebasing: bytes[..<middle]),
                    UnsafeBufferPointer(rebasing: bytes[(middle + 1)...]))
            }
        case .array(let pair):
            guard pair.count == 2, var left = pair[0].string, var right = pair[1].string else { return nil }
            return left.withUTF8 { left in right.withUTF8 { find(left, $0) } }
        default: return nil
        }
    }

    private mutating func find(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Found {
        scratch.removeAll(keepingCapacity: true)
        guard ByteAlphabet.decode(left, into: &scratch) else { return findLiterally(left, right) }
        let middle = scratch.count
        guard ByteAlphabet.decode(right, into: &scratch) else { return findLiterally(left, right) }
        let found = scratch.withUnsafeBufferPointer { bytes in
            Found(
                left: vocabulary.id(ofBytes: UnsafeBufferPointer(rebasing: bytes[..<middle])),
                right: vocabulary.id(ofBytes: UnsafeBufferPointer(rebasing: bytes[middle...])),
                product: vocabulary.isMade(expected, of: bytes) ? expected : vocabulary.id(ofBytes: bytes)
            )
        }
        if let product = found.product { expected = product + 1 }
        return found
    }

    /// For tokens that are not written in the byte alphabet.
    private mutating func findLiterally(
        _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
    ) -> Found {
        let product = Array(left) + Array(right)
        return Found(
            left: vocabulary.id(spelling: left, scratch: &scratch),
            right: vocabulary.id(spelling: right, scratch: &scratch),
            product: product.withUnsafeBufferPointer { vocabulary.id(spelling: $0, scratch: &scratch) })
    }
}

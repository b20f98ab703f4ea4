import DeepSeekJSON

/// Reads the member `model` of a `tokenizer.json`: the vocabulary and the merges.
struct ModelReader {
    let place: JSONPlace

    func model() throws(TokenizerError) -> BytePairModel {
        if let type = place.optional("type"), try type.string() != "BPE" {
            throw type.error(
                .unsupported, "only BPE models are supported; choose a model with a byte-level BPE tokenizer")
        }
        try refuseUnsupported()
        let vocabulary = try vocabulary()
        let merges = try merges(vocabulary)
        let unknown = try unknownToken(vocabulary)
        let model = BytePairModel(
            vocabulary: vocabulary, merges: merges, ignoresMerges: try place.bool("ignore_merges", default: false),
            unknownToken: unknown, fusesUnknown: try place.bool("fuse_unk", default: false))
        if try place.bool("byte_fallback", default: false), !model.knowsAllBytes {
            throw place.error(
                .unsupported,
                "byte_fallback with a byte-level vocabulary that lacks bytes is not supported; add the missing byte tokens"
            )
        }
        return model
    }

    private func refuseUnsupported() throws(TokenizerError) {
        if let dropout = place.optional("dropout"), try dropout.number() != 0 {
            throw dropout.error(.unsupported, "dropout makes encoding random; set it to null")
        }
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
            guard let affix = place.optional(key) else { continue }
            guard try affix.string().isEmpty else {
                throw affix.error(.unsupported, "is not used by byte-level models and not supported; set it to null")
            }
        }
    }

    private func vocabulary() throws(TokenizerError) -> Vocabulary {
        let vocab = try place.member("vocab")
        guard let entries = vocab.value.object else {
            throw vocab.error(.wrongType, "must be an object from tokens to identifiers, is \(vocab.value.kind)")
        }
        var vocabulary = Vocabulary(capacity: entries.count)
        for (token, value) in entries.elements {
            guard let number = value.integer, (0...Vocabulary.maximumID).contains(number) else {
                throw vocab.error(
                    value.integer == nil ? .wrongType : .invalidValue,
                    "the identifier of \(Self.quoted(token)) must be an integer from 0 to \(Vocabulary.maximumID); correct it"
                )
            }
            guard !token.isEmpty else {
                throw vocab.error(.invalidValue, "identifier \(number) belongs to an empty token; remove it")
            }
            let id = TokenID(truncatingIfNeeded: number)
            guard Self.withBytes(token, { vocabulary.insert(spelling: $0, id: id) }) else {
                throw vocab.error(
                    .duplicate,
                    "\(Self.quoted(token)) has the identifier \(number), which another token has; correct one of them")
            }
        }
        return vocabulary
    }

    private func unknownToken(_ vocabulary: Vocabulary) throws(TokenizerError) -> TokenID? {
        guard let unknown = place.optional("unk_token") else { return nil }
        let token = try unknown.string()
        var scratch: [UInt8] = []
        guard let id = Self.withBytes(token, { vocabulary.id(spelling: $0, scratch: &scratch) }) else {
            throw unknown.error(
                .unknownToken, "\(Self.quoted(token)) is not in the vocabulary; add it or set unk_token to null")
        }
        return id
    }

    // MARK: Merges

    private func merges(_ vocabulary: Vocabulary) throws(TokenizerError) -> [BytePairModel.Merge] {
        let list = try place.member("merges")
        guard let elements = list.value.array else {
            throw list.error(.wrongType, "must be an array, is \(list.value.kind)")
        }
        guard elements.count <= BytePairModel.maximumMerges else {
            throw list.error(
                .invalidValue, "has more than \(BytePairModel.maximumMerges) merges; use a smaller tokenizer")
        }
        var merges: [BytePairModel.Merge] = []
        merges.reserveCapacity(elements.count)
        var seen = Set<UInt64>(minimumCapacity: elements.count)
        var scratch: [UInt8] = []
        for (index, element) in elements.enumerated() {
            func refuse(_ code: TokenizerError.Code, _ message: String) -> TokenizerError {
                JSONPlace(file: list.file, path: "\(list.path)[\(index)]", value: element).error(code, message)
            }
            guard var spelling = Self.spelling(element) else {
                throw refuse(
                    .wrongType, "must be two tokens, as \"left right\" or [\"left\", \"right\"]; correct it")
            }
            let found = spelling.ids(in: vocabulary, scratch: &scratch)
            guard let left = found.left, let right = found.right, let product = found.product else {
                throw refuse(
                    .unknownToken,
                    "merges \(Self.quoted(spelling.left)) and \(Self.quoted(spelling.right)), but the vocabulary lacks "
                        + (found.left == nil ? "the first" : found.right == nil ? "the second" : "their product")
                        + "; add the token or remove the merge")
            }
            guard seen.insert(PairTable.key(left, right)).inserted else {
                throw refuse(
                    .duplicate,
                    "merges \(Self.quoted(spelling.left)) and \(Self.quoted(spelling.right)) a second time; remove one of the two"
                )
            }
            merges.append(BytePairModel.Merge(left: left, right: right, product: product))
        }
        return merges
    }

    private static func spelling(_ element: JSONValue) -> MergeSpelling? {
        switch element {
        case .string(let pair):
            let bytes = pair.utf8
            guard let space = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
            let right = bytes[bytes.index(after: space)...]
            guard !right.contains(UInt8(ascii: " ")) else { return nil }
            return MergeSpelling(left: String(pair[..<space]), right: String(pair[bytes.index(after: space)...]))
        case .array(let pair):
            guard pair.count == 2, let left = pair[0].string, let right = pair[1].string else { return nil }
            return MergeSpelling(left: left, right: right)
        default: return nil
        }
    }

    private struct MergeSpelling {
        var left: String
        var right: String

        mutating func ids(
            in vocabulary: Vocabulary, scratch: inout [UInt8]
        ) -> (left: TokenID?, right: TokenID?, product: TokenID?) {
            var product = left + right
            return (
                left.withUTF8 { vocabulary.id(spelling: $0, scratch: &scratch) },
                right.withUTF8 { vocabulary.id(spelling: $0, scratch: &scratch) },
                product.withUTF8 { vocabulary.id(spelling: $0, scratch: &scratch) }
            )
        }
    }

    private static func withBytes<Result>(
        _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8(body)
    }

    private static func quoted(_ token: String) -> String { "\"\(token.prefix(60))\"" }
}

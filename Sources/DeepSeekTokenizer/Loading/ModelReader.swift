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
        let (merges, ranks) = try merges(vocabulary)
        let options = BytePairModel.Options(
            ignoresMerges: try place.bool("ignore_merges", default: false), unknownToken: try unknownToken(vocabulary),
            fusesUnknown: try place.bool("fuse_unk", default: false))
        let model = BytePairModel(vocabulary: vocabulary, merges: merges, ranks: ranks, options: options)
        if try place.bool("byte_fallback", default: false), !model.unknownBytes.isEmpty {
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
        for (token, value) in entries {
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

    /// The merges in order, and the rank of each pair.
    private func merges(_ vocabulary: Vocabulary) throws(TokenizerError) -> ([BytePairModel.Merge], PairTable) {
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
        var ranks = PairTable.Builder(capacity: elements.count)
        var lookup = MergeLookup(vocabulary: vocabulary)
        for (index, element) in elements.enumerated() {
            func refusal(_ code: TokenizerError.Code, _ message: String) -> TokenizerError {
                JSONPlace(file: list.file, path: "\(list.path)[\(index)]", value: element).error(code, message)
            }
            guard let found = lookup.find(element) else {
                throw refusal(.wrongType, "must be two tokens, as \"left right\" or [\"left\", \"right\"]; correct it")
            }
            guard let left = found.left, let right = found.right, let product = found.product else {
                let missing = found.left == nil ? "the first" : found.right == nil ? "the second" : "their product"
                throw refusal(
                    .unknownToken,
                    "\(element.serialized().prefix(120)) merges two tokens, but the vocabulary lacks \(missing); "
                        + "add the token or remove the merge")
            }
            guard ranks.insert(PairTable.key(left, right), Int32(truncatingIfNeeded: index)) else {
                throw refusal(
                    .duplicate,
                    "\(element.serialized().prefix(120)) is there a second time; remove one of the two")
            }
            merges.append(BytePairModel.Merge(left: left, right: right, product: product))
        }
        return (merges, ranks.table())
    }

    private static func withBytes<Result>(
        _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8(body)
    }

    private static func quoted(_ token: String) -> String { "\"\(token.prefix(60))\"" }
}

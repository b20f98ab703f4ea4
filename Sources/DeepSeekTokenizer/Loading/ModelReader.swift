import DeepSeekJSON
import Dispatch

/// Reads the member `model` of a `tokenizer.json`: the vocabulary and the merges.
struct ModelReader {
    let place: JSONPlace

    func model(_ vocabulary: Vocabulary) throws(TokenizerError) -> BytePairModel {
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
        if let type = place.optional("type"), try type.string() != "BPE" {
            throw type.error(
                .unsupported, "only BPE models are supported; choose a model with a byte-level BPE tokenizer")
        }
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

    /// - Throws: also if the model is of a kind that is not supported.
    func vocabulary() throws(TokenizerError) -> Vocabulary {
        try refuseUnsupported()
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
        for (index, merge) in Self.merges(elements, vocabulary).enumerated() {
            let place = { JSONPlace(file: list.file, path: "\(list.path)[\(index)]", value: elements[index]) }
            guard let merge else { throw Self.refusal(place(), vocabulary) }
            guard ranks.insert(PairTable.key(merge.left, merge.right), Int32(truncatingIfNeeded: index)) else {
                throw place().error(
                    .duplicate,
                    "\(elements[index].serialized().prefix(120)) is there a second time; remove one of the two")
            }
            merges.append(merge)
        }
        return (merges, ranks.table())
    }

    /// Nil for elements that are not merges of known tokens. Looked up on all processors.
    private static func merges(_ elements: [JSONValue], _ vocabulary: Vocabulary) -> [BytePairModel.Merge?] {
        let partCount = (elements.count + mergesPerPart - 1) / mergesPerPart
        return [BytePairModel.Merge?](unsafeUninitializedCapacity: elements.count) { merges, count in
            // Each part initialises its own elements.
            nonisolated(unsafe) let memory = merges.baseAddress
            DispatchQueue.concurrentPerform(iterations: partCount) { part in
                var lookup = MergeLookup(vocabulary: vocabulary)
                let start = part * mergesPerPart
                for index in start..<min(start + mergesPerPart, elements.count) {
                    let found = lookup.find(elements[index])
                    (memory.map { $0 + index })?.initialize(to: found?.merge)
                }
            }
            count = elements.count
        }
    }

    /// Enough to be worth a thread.
    private static let mergesPerPart = 8_192

    /// Says why an element is not a merge of known tokens.
    private static func refusal(_ place: JSONPlace, _ vocabulary: Vocabulary) -> TokenizerError {
        var lookup = MergeLookup(vocabulary: vocabulary)
        guard let found = lookup.find(place.value) else {
            return place.error(.wrongType, "must be two tokens, as \"left right\" or [\"left\", \"right\"]; correct it")
        }
        let missing = found.left == nil ? "the first" : found.right == nil ? "the second" : "their product"
        return place.error(
            .unknownToken,
            "\(place.value.serialized().prefix(120)) merges two tokens, but the vocabulary lacks \(missing); "
                + "add the token or remove the merge")
    }

    private static func withBytes<Result>(
        _ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8(body)
    }

    private static func quoted(_ token: String) -> String { "\"\(token.prefix(60))\"" }
}

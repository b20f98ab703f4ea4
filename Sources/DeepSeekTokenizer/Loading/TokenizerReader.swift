import DeepSeekJSON

/// Reads a whole `tokenizer.json`.
///
/// The post-processor is not read: which tokens go around a text is for the caller to say.
struct TokenizerReader {
    let root: JSONPlace

    func refuseUnsupported() throws(TokenizerError) {
        guard root.value.object != nil else {
            throw root.error(.wrongType, "must hold an object, holds \(root.value.kind); is it a tokenizer.json?")
        }
        for key in ["truncation", "padding"] {
            guard let setting = root.optional(key) else { continue }
            throw setting.error(.unsupported, "would change the tokens of a text; set it to null")
        }
        try readDecoder()
    }

    func normalizer() throws(TokenizerError) -> TextNormalizer? {
        guard let place = root.optional("normalizer") else { return nil }
        var forms: [TextNormalizer.Form] = []
        try Self.flatten(place, sequence: "normalizers") { (step, type) throws(TokenizerError) in
            guard let form = TextNormalizer.Form(rawValue: type) else {
                throw step.error(
                    .unsupported, "the normalizer \(type.prefix(40)) is not supported; only NFC, NFD, NFKC and NFKD are"
                )
            }
            forms.append(form)
        }
        return forms.isEmpty ? nil : TextNormalizer(forms: forms)
    }

    /// The pre-tokenizer, and how many of its rules come before the space that it puts before a piece, if it does.
    func preTokenizer() throws(TokenizerError) -> (PreTokenizer, rulesBeforePrefix: Int?) {
        let place = try root.member("pre_tokenizer")
        let reader = try PreTokenizerReader(place)
        do {
            return (try PreTokenizer(reader.rules), reader.prefixesSpace ? reader.rulesBeforePrefix : nil)
        } catch {
            throw place.error(error.code, error.message)
        }
    }

    func vocabulary() throws(TokenizerError) -> Vocabulary {
        try ModelReader(place: root.member("model")).vocabulary()
    }

    func model(_ vocabulary: Vocabulary) throws(TokenizerError) -> BytePairModel {
        try ModelReader(place: root.member("model")).model(vocabulary)
    }

    private func readDecoder() throws(TokenizerError) {
        let place = try root.member("decoder")
        var hasByteLevel = false
        try Self.flatten(place, sequence: "decoders") { (step, type) throws(TokenizerError) in
            switch type {
            case "ByteLevel": hasByteLevel = true
            case "Fuse": break
            default:
                throw step.error(.unsupported, "the decoder \(type.prefix(40)) is not supported; only ByteLevel is")
            }
        }
        guard hasByteLevel else {
            throw place.error(.unsupported, "has no ByteLevel step; only byte-level tokenizers are supported")
        }
    }

    /// Visits the steps of possibly nested sequences in order.
    private static func flatten(
        _ place: JSONPlace, sequence: String, depth: Int = 0,
        visit: (JSONPlace, String) throws(TokenizerError) -> Void
    ) throws(TokenizerError) {
        guard depth < 16 else { throw place.error(.unsupported, "is nested more than 16 deep; flatten the sequences") }
        let type = try place.member("type").string()
        guard type == "Sequence" else { return try visit(place, type) }
        for element in try place.member(sequence).elements() {
            try flatten(element, sequence: sequence, depth: depth + 1, visit: visit)
        }
    }

    // MARK: Added tokens

    /// - Parameter vocabulary: refuses an added token that it knows under another identifier.
    func addedTokens(_ vocabulary: Vocabulary) throws(TokenizerError) -> [AddedToken] {
        guard let list = root.optional("added_tokens") else { return [] }
        var tokens: [AddedToken] = []
        var contents = Set<[UInt8]>()
        var identifiers = Set<TokenID>()
        var scratch: [UInt8] = []
        var byteCount = 0
        for place in try list.elements() {
            let token = try addedToken(place)
            var content = token.content
            let known = content.withUTF8 { vocabulary.id(spelling: $0, scratch: &scratch) }
            let holder = vocabulary.withBytes(of: token.id) { _ in token.id }
            guard known == token.id || (known == nil && holder == nil) else {
                throw place.error(
                    .duplicate,
                    "\"\(token.content.prefix(60))\" and identifier \(token.id) contradict the vocabulary; make them agree"
                )
            }
            guard contents.insert(Array(token.content.utf8)).inserted, identifiers.insert(token.id).inserted else {
                throw place.error(
                    .duplicate,
                    "\"\(token.content.prefix(60))\" or identifier \(token.id) occurs a second time; remove one of the two"
                )
            }
            tokens.append(token)
            // Normal forms of compatibility can make a text up to eighteen times as long.
            byteCount += 18 * token.content.utf8.count
            guard byteCount <= AddedTokenMatcher.maximumBytes else {
                throw place.error(
                    .invalidValue, "the added tokens up to here are too long together; remove some or shorten them")
            }
        }
        return tokens
    }

    private func addedToken(_ place: JSONPlace) throws(TokenizerError) -> AddedToken {
        let number = try place.member("id").integer()
        guard (0...Vocabulary.maximumID).contains(number) else {
            throw place.error(
                .invalidValue, "the identifier must be from 0 to \(Vocabulary.maximumID), is \(number); correct it")
        }
        let content = try place.member("content").string()
        guard !content.isEmpty else { throw place.error(.invalidValue, "an added token cannot be empty; remove it") }
        return AddedToken(
            content: content, id: TokenID(truncatingIfNeeded: number),
            isSpecial: try place.bool("special", default: false),
            isSingleWord: try place.bool("single_word", default: false),
            stripsLeft: try place.bool("lstrip", default: false),
            stripsRight: try place.bool("rstrip", default: false),
            isNormalized: try place.bool("normalized", default: true))
    }
}

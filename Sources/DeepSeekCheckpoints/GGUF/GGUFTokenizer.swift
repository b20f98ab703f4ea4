import DeepSeekJSON

/// The tokenizer in a GGUF file as the `tokenizer.json` and `tokenizer_config.json` that say the same.
struct GGUFTokenizer {
    /// Types of tokens, as the format numbers them.
    private enum Kind: Int {
        case normal = 1
        case unknown
        case control
        case userDefined
        case unused
        case byte
    }

    let embedded: EmbeddedTokenizer

    private static let key = "tokenizer.ggml.model"

    static func isPresent(_ file: GGUFFile) throws(CheckpointError) -> Bool {
        guard let model = try file.string(key) else { return false }
        return model != "none"
    }

    init(_ file: GGUFFile) throws(CheckpointError) {
        let model = try file.string(Self.key) ?? "none"
        guard model != "none" else { throw file.error(.malformed, "the file holds no tokenizer") }
        guard model == "gpt2" else {
            throw file.error(
                .unsupportedFormat,
                "the tokenizer is of the kind \(quoted(model)); only byte-level BPE (\"gpt2\") is supported")
        }
        let name = try file.string("tokenizer.ggml.pre") ?? ""
        guard let preTokenizer = GGUFPreTokenizer(rawValue: name) else {
            let known = GGUFPreTokenizer.allCases.map(\.rawValue).joined(separator: ", ")
            throw file.error(
                .unsupportedFormat,
                "the pre-tokenizer \(quoted(name)) is not known, and the file holds no pattern for it; known: \(known)")
        }
        guard let tokens = try file.strings("tokenizer.ggml.tokens"),
            let merges = try file.strings("tokenizer.ggml.merges")
        else { throw file.error(.malformed, "the tokenizer lacks its tokens or its merges") }
        let kinds = try file.integers("tokenizer.ggml.token_type") ?? []
        guard kinds.isEmpty || kinds.count == tokens.count else {
            throw file.error(.malformed, "there are \(tokens.count) tokens and \(kinds.count) types of tokens")
        }

        var vocabulary: JSONObject = [:]
        var added: [JSONValue] = []
        for (id, token) in tokens.enumerated() {
            switch kinds.isEmpty ? .normal : Kind(rawValue: kinds[id]) {
            // Rows of the embedding that no token has.
            case .unused: continue
            case .control, .unknown: added.append(Self.added(token, id, special: true))
            case .userDefined: added.append(Self.added(token, id, special: false))
            case .normal, .byte, nil:
                guard vocabulary.insert(.integer(id), forKey: token) else {
                    throw file.error(.malformed, "the token \(quoted(token)) is there a second time")
                }
            }
        }
        let json: JSONValue = [
            "version": "1.0", "truncation": nil, "padding": nil, "added_tokens": .array(added),
            "normalizer": preTokenizer.normalizer, "pre_tokenizer": preTokenizer.json, "post_processor": nil,
            "decoder": ["type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true],
            "model": [
                "type": "BPE", "dropout": nil, "unk_token": nil, "continuing_subword_prefix": nil,
                "end_of_word_suffix": nil, "fuse_unk": false, "byte_fallback": false,
                "ignore_merges": .bool(preTokenizer.ignoresMerges), "vocab": .object(vocabulary),
                "merges": .array(merges.map(JSONValue.string)),
            ],
        ]
        embedded = EmbeddedTokenizer(
            tokenizer: json, configuration: try Self.configuration(file, tokens, preTokenizer))
    }

    private static func added(_ token: String, _ id: Int, special: Bool) -> JSONValue {
        [
            "id": .integer(id), "content": .string(token), "single_word": false, "lstrip": false, "rstrip": false,
            "normalized": false, "special": .bool(special),
        ]
    }

    private static func configuration(
        _ file: GGUFFile, _ tokens: [String], _ preTokenizer: GGUFPreTokenizer
    ) throws(CheckpointError) -> JSONValue {
        var members: JSONObject = ["tokenizer_class": "PreTrainedTokenizerFast"]
        for (name, key) in [("bos_token", "bos"), ("eos_token", "eos"), ("pad_token", "padding")] {
            guard let id = try file.integer("tokenizer.ggml.\(key)_token_id") else { continue }
            guard tokens.indices.contains(id) else {
                throw file.error(.malformed, "the \(key) token has the id \(id), and there are \(tokens.count) tokens")
            }
            members[name] = .string(tokens[id])
        }
        members["add_bos_token"] = .bool(
            try file.bool("tokenizer.ggml.add_bos_token") ?? preTokenizer.addsBeginning)
        members["add_eos_token"] = .bool(try file.bool("tokenizer.ggml.add_eos_token") ?? false)
        members["chat_template"] = try templates(file)
        return .object(members)
    }

    /// One template, or a list of named ones.
    private static func templates(_ file: GGUFFile) throws(CheckpointError) -> JSONValue? {
        let standard = try file.string("tokenizer.chat_template").map(JSONValue.string)
        let names = try file.strings("tokenizer.chat_templates") ?? []
        guard !names.isEmpty else { return standard }
        var templates: [JSONValue] = standard.map { [["name": "default", "template": $0]] } ?? []
        for name in names where name != "default" {
            guard let template = try file.string("tokenizer.chat_template.\(name)") else { continue }
            templates.append(["name": .string(name), "template": .string(template)])
        }
        return .array(templates)
    }
}

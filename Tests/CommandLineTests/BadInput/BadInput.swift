import DeepSeekJSON
import Testing

/// One thing that is wrong, and what the program must say of it.
struct BadInput: Sendable, CustomTestStringConvertible {
    /// The exit code for arguments that cannot be right in themselves.
    static let usage: Int32 = 64

    let name: String
    /// "MODEL" stands for the folder, here and in `words`.
    let arguments: [String]
    let exitCode: Int32
    /// What standard error must hold: the file or the argument, the place in it, and how to mend it.
    let words: [String]
    /// Breaks a sound model.
    let damage: @Sendable (TinyModel) throws -> Void

    init(
        _ name: String, run arguments: [String] = BadInput.generate, exits exitCode: Int32 = 1, saying words: [String],
        damage: @escaping @Sendable (TinyModel) throws -> Void = { _ in }
    ) {
        self.name = name
        self.arguments = arguments
        self.exitCode = exitCode
        self.words = words
        self.damage = damage
    }

    var testDescription: String { name }

    static let generate = ["generate", "--model", "MODEL", "--ids", "1 2", "--max-tokens", "1"]
    static let inspect = ["inspect", "--model", "MODEL"]
    static let tokenize = ["tokenize", "--model", "MODEL", "--text", "hello"]
    /// Renders `messages.json`.
    static let render = ["tokenize", "--model", "MODEL", "--messages", "MODEL/messages.json"]

    static func generating(_ more: String...) -> [String] { ["generate", "--model", "MODEL"] + more }

    /// A change of `config.json`.
    static func configuration(
        _ key: String, _ value: JSONValue, run arguments: [String] = BadInput.generate, saying words: String...
    ) -> BadInput {
        BadInput(
            "config.json: \(key) is \(value.serialized())", run: arguments, saying: ["MODEL/config.json"] + words
        ) { try $0.set(key, to: value, in: "config.json") }
    }

    /// A change of `tokenizer.json`.
    static func tokenizer(_ place: String, _ value: JSONValue?, saying words: String...) -> BadInput {
        BadInput(
            "tokenizer.json: \(place) is \(value?.serialized().prefix(60) ?? "absent")", run: tokenize,
            saying: ["MODEL/tokenizer.json: "] + words
        ) { try $0.set(place, to: value, in: "tokenizer.json") }
    }

    /// A chat template.
    static func template(
        _ name: String, _ source: String, run arguments: [String] = BadInput.render, saying words: String...
    ) -> BadInput {
        BadInput(
            "template: " + name, run: arguments, saying: ["MODEL/tokenizer_config.json: chat_template, line "] + words
        ) {
            try $0.set("chat_template", to: .string(source), in: "tokenizer_config.json")
            try $0.write([["role": "user", "content": "x"]] as JSONValue, as: "messages.json")
        }
    }
}

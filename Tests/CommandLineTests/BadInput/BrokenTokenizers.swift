import DeepSeekJSON

/// Tokenizers and templates that cannot be.
enum BrokenTokenizers {
    static let tokenizers: [BadInput] = [
        .tokenizer("model", nil, saying: "lacks \"model\"", "download it again"),
        .tokenizer("model.type", "Unigram", saying: "model.type: only BPE models are supported; choose"),
        .tokenizer("model.vocab", [], saying: "model.vocab: must be an object"),
        .tokenizer("model.vocab.a", -1, saying: "model.vocab: the identifier of \"a\"", "correct it"),
        .tokenizer("model.vocab.a", 1_000_000_000_000, saying: "model.vocab: the identifier of \"a\"", "correct it"),
        .tokenizer("model.vocab.a", 98, saying: "model.vocab: ", "another token has; correct one of them"),
        .tokenizer("model.merges", ["h e", "l l", "h e"], saying: "model.merges[2]: ", "second time; remove one"),
        .tokenizer("model.merges", ["h e l"], saying: "model.merges[0]: must be two tokens", "correct it"),
        .tokenizer("model.merges", ["z z"], saying: "model.merges[0]: ", "add the token or remove the merge"),
        // Nothing and a token make that token again, for ever.
        .tokenizer("model.merges", [["", "he"]], saying: "model.merges[0]: ", "add the token or remove the merge"),
        .tokenizer("model.merges", [["he", ""]], saying: "model.merges[0]: ", "add the token or remove the merge"),
        .tokenizer("added_tokens", [["id": 900, "content": ""]], saying: "added_tokens[0]: ", "remove it"),
        .tokenizer("added_tokens", [["id": 5, "content": "<x>"]], saying: "added_tokens[0]: ", "make them agree"),
        .tokenizer(
            "normalizer",
            (0..<40).reduce(["type": "NFC"]) { inner, _ in ["type": "Sequence", "normalizers": [inner]] },
            saying: "normalizer.normalizers[0]", "more than 16 deep; flatten"),
        .tokenizer(
            "pre_tokenizer", ["type": "Split", "pattern": ["Regex": "(a"], "behavior": "Isolated"],
            saying: "pre_tokenizer.pattern.Regex: "),
        BadInput(
            "no tokenizer.json", run: BadInput.tokenize, saying: ["MODEL/tokenizer.json: ", "no such file", "check"]
        ) {
            try $0.remove("tokenizer.json")
        },
        BadInput(
            "truncated tokenizer.json", run: BadInput.tokenize, saying: ["MODEL/tokenizer.json: line 1, ", "again"]
        ) {
            try $0.write(Array($0.bytes("tokenizer.json").dropLast(40)), as: "tokenizer.json")
        },
        BadInput("model with a broken tokenizer.json", saying: ["MODEL/tokenizer.json: line 1, ", "again"]) {
            try $0.write("{", as: "tokenizer.json")
        },
        BadInput(
            "tokenizer_config.json", run: BadInput.render, saying: ["MODEL/tokenizer_config.json: add_bos_token: "]
        ) {
            try $0.set("add_bos_token", to: 5, in: "tokenizer_config.json")
        },
        BadInput(
            "text for a model without tokenizer", run: BadInput.generating("hello"),
            saying: ["MODEL holds no tokenizer.json", "token ids only"]
        ) { try $0.remove("tokenizer.json") },
    ]

    private static let endless = "\n{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

    static let templates: [BadInput] = [
        .template("loops", endless, saying: "line 2: the template runs for too long", "correct it"),
        .template("loops in generate", endless, run: generate, saying: "line 2: the template runs for too long"),
        .template("loops in chat", endless, run: chat, saying: "line 2: the template runs for too long"),
        .template(
            "calls itself", "{% macro f() %}\n{{ f() }}{% endmacro %}{{ f() }}", saying: "line 2: ",
            "calls itself too deeply"
        ),
        .template("grows", "{{ 'x' * 99999999999 }}", saying: "line 1: the template makes a text of more than"),
        .template("raises", "{{ raise_exception('Only one turn is allowed') }}", saying: "line 1: Only one turn"),
        .template("reads what is not there", "a\n{{ messages[0]['x'] + 1 }}", saying: "line 2: "),
        .template("divides by zero", "{{ 1 // 0 }}", saying: "line 1: "),
        .template("breaks the grammar", "\n\n{% if %}", saying: "line 3: "),
        .template("includes a file", "{% include '/etc/passwd' %}", saying: "line 1: ", "include"),
        BadInput(
            "template: drops the message", run: BadInput.render,
            saying: ["MODEL/tokenizer_config.json: chat_template: ", "leaves out the message 1", "another template"]
        ) {
            try $0.set("chat_template", to: "hello", in: "tokenizer_config.json")
            try $0.write([["role": "user", "content": "x"]] as JSONValue, as: "messages.json")
        },
        BadInput(
            "template in a file of its own", run: BadInput.render, saying: ["MODEL/chat_template.jinja, line 2: "]
        ) {
            try $0.write("\n{{ oops", as: "chat_template.jinja")
            try $0.write([["role": "user", "content": "x"]] as JSONValue, as: "messages.json")
        },
        BadInput(
            "no template", run: chat, saying: ["MODEL/tokenizer_config.json holds no \"chat_template\"", "chat model"]
        ) {
            try $0.set("chat_template", to: nil, in: "tokenizer_config.json")
        },
    ]

    private static let chat = ["chat", "--model", "MODEL", "--quiet"]
    private static let generate = BadInput.generating("--messages", "MODEL/messages.json", "--quiet")

    private static func messages(_ name: String, _ text: String, saying words: String...) -> BadInput {
        BadInput("messages: " + name, run: BadInput.render, saying: ["MODEL/messages.json: "] + words) {
            try $0.write(text, as: "messages.json")
        }
    }

    static let messages: [BadInput] = [
        messages("not JSON", "[", saying: "line 1, column 2"),
        messages("an object", "{}", saying: "expected a list of messages, and found an object"),
        messages("a number", "[5]", saying: "message 1 is a number, not an object"),
        messages("no role", #"[{"role": "user", "content": "x"}, {}]"#, saying: "message 2 has no 'role'"),
        BadInput("messages: absent", run: BadInput.render, saying: ["MODEL/messages.json: No such file"]),
    ]
}

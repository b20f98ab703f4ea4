import DeepSeekJSON

/// Prompts and arguments that a sound model cannot take.
enum BrokenPrompts {
    private static func ids(_ count: Int) -> String { Array(repeating: "1", count: count).joined(separator: " ") }

    private static let logits = ["logits", "--model", "MODEL", "--output", "MODEL/logits.safetensors"]

    static let tokens: [BadInput] = [
        BadInput(
            "token id too large", run: BadInput.generating("--ids", "1 2 264"),
            saying: ["token id 264 at place 2", "(0 to 263)"]),
        BadInput(
            "negative token id", run: BadInput.generating("--ids=-1"), saying: ["token id -1 at place 0", "(0 to 263)"]),
        BadInput(
            "token id of 10^12", run: BadInput.generating("--ids", "1000000000000"),
            saying: ["--ids: \"1000000000000\" is not a token id"]),
        BadInput(
            "word for a token id", run: BadInput.generating("--ids", "1 x"), saying: ["--ids: \"x\" is not a token id"]),
        BadInput(
            "token id too large for logits", run: logits + ["--ids", "264"], saying: ["token id 264", "(0 to 263)"]),
        BadInput(
            "row that is not there", run: logits + ["--ids", "1 2", "--rows", "2"], saying: ["--rows: row 2", "0 to 1"]),
        BadInput(
            "token id that cannot be decoded", run: ["tokenize", "--model", "MODEL", "--decode", "--ids", "300"],
            saying: ["token id 300", "vocabulary of 264 tokens"]),
        BadInput(
            "negative token id to decode", run: ["tokenize", "--model", "MODEL", "--decode", "--ids=-1"],
            saying: ["token id -1", "vocabulary of 264 tokens"]),
        BadInput(
            "tokenizer with more tokens than the network", run: BadInput.generating("<far>"),
            saying: ["token id 300 at place 0", "(0 to 263)"]
        ) { try $0.set("added_tokens", to: [["id": 300, "content": "<far>"]], in: "tokenizer.json") },
        BadInput(
            "bias of a token that is not there", run: BadInput.generate + ["--logit-bias", "264:1"],
            saying: ["264", "263"]),
    ]

    static let lengths: [BadInput] = [
        BadInput("empty prompt", run: BadInput.generating(""), saying: ["the prompt holds no tokens", "at least one"]),
        BadInput(
            "empty ids", run: BadInput.generating("--ids", ""), saying: ["the prompt holds no tokens", "at least one"]),
        BadInput(
            "empty standard input", run: BadInput.generating(), saying: ["the prompt holds no tokens", "at least one"]),
        BadInput(
            "empty ids for logits", run: logits + ["--ids", ""], saying: ["there are no token ids; at least one"]),
        BadInput(
            "empty text for perplexity", run: ["perplexity", "--model", "MODEL", "--file", "-"],
            saying: ["a text of 0 tokens cannot be scored", "at least two"]),
        BadInput(
            "prompt longer than the model's context", run: BadInput.generating("--ids", ids(300)),
            saying: ["the prompt has 300 tokens", "at most 255 fit in a context of 256", "shorten it"]),
        BadInput(
            "prompt longer than the context asked for", run: BadInput.generating("--ids", ids(9), "--context", "8"),
            saying: ["the prompt has 9 tokens", "at most 7 fit", "ask for a longer context"]),
        BadInput(
            "context longer than the model's", run: BadInput.generate + ["--context", "1000"],
            saying: ["a context of 1000 tokens", "this model takes 2 to 256"]),
        BadInput(
            "context of 10^12", run: BadInput.generate + ["--context", "1000000000000"],
            saying: ["a context of 1000000000000 tokens", "this model takes 2 to 256"]),
        BadInput(
            "inspection of a longer context", run: BadInput.inspect + ["--context", "1000"],
            saying: ["--context 1000 is more than the model's 256 positions"]),
        BadInput(
            "logits of more than the model's context", run: logits + ["--ids", ids(300)],
            saying: ["300 tokens", "this model takes 2 to 256"]),
        // 2 layers of 4096 + 8 numbers of 4 bytes, a billion times.
        BadInput(
            "not enough memory", run: BadInput.generate + ["--context", "1073741824"],
            saying: ["35253091565568 bytes", "(32832 per token)", "are available", "would fit"]
        ) { try $0.replaceNetwork(["kv_lora_rank": 4_096, "max_position_embeddings": 1_073_741_824]) },
        BadInput(
            "not enough memory for a benchmark",
            run: ["bench", "--model", "MODEL", "--prompt", "1000000", "--sequences", "4096"],
            saying: ["takes ", " bytes", "are available", "would fit"]),
        BadInput(
            "a load on nobody", run: ["bench", "serve", "--url", "http://127.0.0.1:1/v1", "--concurrency", "1"],
            saying: ["http://127.0.0.1:1/v1/models cannot be reached", "is the server running?"]),
        BadInput(
            "lengths that are none",
            run: ["bench", "serve", "--url", "http://127.0.0.1:1/v1", "--concurrency", "1", "--prompt", "many"],
            saying: ["\"many\" is no distribution of lengths", "normal:MEAN,DEVIATION"]),
        BadInput(
            "a server that does not start",
            run: ["bench", "serve", "--concurrency", "1", "--", "--model", "MODEL/none"],
            saying: ["did not get ready", "MODEL/none: there is no such folder"]),
    ]

    private static func usage(_ name: String, _ arguments: [String], saying words: String...) -> BadInput {
        BadInput(name, run: arguments, exits: BadInput.usage, saying: words)
    }

    static let arguments: [BadInput] = [
        usage("two prompts", BadInput.generating("hello", "--ids", "1"), saying: "give one prompt", "--ids-file"),
        usage("no threads", BadInput.generate + ["--threads", "0"], saying: "--threads must be from 1 to 1024"),
        usage("no context", BadInput.generate + ["--context", "1"], saying: "--context must be at least 2"),
        usage(
            "huge chunk", BadInput.generate + ["--chunk", "1000000000000"], saying: "--chunk must be from 1 to 65536"),
        usage(
            "number of 10^30", BadInput.generate + ["--seed", "1" + String(repeating: "0", count: 30)], saying: "--seed"
        ),
        usage("word for a number", BadInput.generate + ["--temperature", "warm"], saying: "--temperature", "warm"),
        usage("bias without a number", BadInput.generate + ["--logit-bias", "1"], saying: "--logit-bias 1", "1234:-5"),
        usage("unknown option", BadInput.generate + ["--oops"], saying: "--oops"),
        usage("unknown command", ["oops"], saying: "oops"),
        usage("a load on no server", ["bench", "serve", "--concurrency", "1"], saying: "--url", "-- --model FOLDER"),
        usage("no load on a server", ["bench", "serve", "--url", "x"], saying: "--concurrency 8"),
        usage(
            "a load without end", ["bench", "serve", "--url", "x", "--rate", "1"], saying: "--requests or --seconds"),
        usage("unknown type", BadInput.generate + ["--dtype", "float8"], saying: "--dtype", "float32"),
        BadInput("negative temperature", run: BadInput.generate + ["--temperature=-1"], saying: ["temperature is -1"]),
        BadInput("top-p of 5", run: BadInput.generate + ["--top-p", "5"], saying: ["top_p is 5"]),
        BadInput("answer of no tokens", run: BadInput.generating("--ids", "1", "--max-tokens", "0"), saying: ["is 0"]),
        BadInput(
            "absent prompt file", run: BadInput.generating("--prompt-file", "MODEL/none"),
            saying: ["MODEL/none: No such file"]),
        BadInput(
            "folder for a prompt file", run: BadInput.generating("--prompt-file", "MODEL"),
            saying: ["MODEL: not a regular file"]),
        BadInput(
            "logits into a folder that is not there",
            run: ["logits", "--model", "MODEL", "--ids", "1", "--output", "MODEL/none/x"], saying: ["MODEL/none/x"]),
    ]
}

import Foundation

/// Recipes and data of training that cannot be used.
enum BrokenRecipes {
    static let all = [
        BadInput("recipe: absent", run: ["train", "MODEL/none.yaml"], saying: ["MODEL/none.yaml", "is it there?"]),
        recipe("unknown key", "steps: 1\nstepz: 1", saying: "MODEL/recipe.yaml:6", "unknown key \"stepz\"", "steps"),
        recipe("no length", "", saying: "either \"steps\" or \"tokens\""),
        recipe("data is absent", "steps: 1\nsequence: {length: 32}", saying: "MODEL/none.jsonl", "no such file"),
        recipe(
            "too long", "steps: 1\nsequence: {length: 100000}", saying: "sequence.length", "max_position_embeddings"),
        alignment(
            "no rewards kind", "rollout: {tokens: 8}\nrewards: [{weight: 1}]", saying: "a reward needs \"kind\"",
            "answer"),
        alignment(
            "a pattern", "rollout: {tokens: 8}\nrewards: [{kind: format, pattern: '('}]", saying: "rewards[0].pattern",
            "MODEL/recipe.yaml"),
        alignment("no room", "rollout: {tokens: 512}", saying: "rollout.tokens", "sequence.length"),
        alignment("no questions", "rewards: [{kind: answer}]\nrollout: {tokens: 8}", saying: "MODEL/none.jsonl"),
        alignment("a factor", "context_extension: {factor: 0.1}", saying: "context_extension.factor"),
        BadInput(
            "bench training: widths", run: ["bench", "training", "--widths", "3"], exits: BadInput.usage,
            saying: ["--widths must be 4, 8"]),
        BadInput(
            "tokenizer train: absent",
            run: ["tokenizer", "train", "MODEL/none.txt", "--vocabulary", "300", "--output", "MODEL/t"],
            saying: ["MODEL/none.txt"]),
        BadInput(
            "tokenizer train: too small",
            run: ["tokenizer", "train", "MODEL/config.json", "--vocabulary", "3", "--output", "MODEL/t"],
            saying: ["vocabulary of 3"]),
    ]

    private static func alignment(_ name: String, _ lines: String, saying words: String...) -> BadInput {
        BadInput("grpo: " + name, run: ["train", "MODEL/recipe.yaml"], saying: words) { model in
            let text =
                "task: grpo\noutput: run\nmodel: {from: .}\ndata: [{path: none.jsonl}]\nsteps: 1\n"
                + "sequence: {length: 64}\n" + lines + "\n"
            try Data(text.utf8).write(to: URL(filePath: model.folder + "/recipe.yaml"))
        }
    }

    private static func recipe(_ name: String, _ lines: String, saying words: String...) -> BadInput {
        BadInput("recipe: " + name, run: ["train", "MODEL/recipe.yaml"], saying: words) { model in
            let text =
                "output: run\nmodel: {config: config.json}\ntokenizer: .\ndata: [{path: none.jsonl}]\n\(lines)\n"
            try Data(text.utf8).write(to: URL(filePath: model.folder + "/recipe.yaml"))
        }
    }
}

import Foundation

/// Recipes and data of training that cannot be used.
enum BrokenRecipes {
    static let all = [
        BadInput("recipe: absent", run: ["train", "MODEL/none.yaml"], saying: ["MODEL/none.yaml", "is it there?"]),
        recipe("unknown key", "steps: 1\nstepz: 1", saying: "MODEL/recipe.yaml:6", "unknown key \"stepz\"", "steps"),
        recipe("no length", "", saying: "either \"steps\" or \"tokens\""),
        recipe("data is absent", "steps: 1", saying: "MODEL/none.jsonl", "no such file"),
        recipe(
            "too long", "steps: 1\nsequence: {length: 100000}", saying: "sequence.length", "max_position_embeddings"),
        BadInput(
            "tokenizer train: absent",
            run: ["tokenizer", "train", "MODEL/none.txt", "--vocabulary", "300", "--output", "MODEL/t"],
            saying: ["MODEL/none.txt"]),
        BadInput(
            "tokenizer train: too small",
            run: ["tokenizer", "train", "MODEL/config.json", "--vocabulary", "3", "--output", "MODEL/t"],
            saying: ["vocabulary of 3"]),
    ]

    private static func recipe(_ name: String, _ lines: String, saying words: String...) -> BadInput {
        BadInput("recipe: " + name, run: ["train", "MODEL/recipe.yaml"], saying: words) { model in
            let text =
                "output: run\nmodel: {config: config.json}\ntokenizer: .\ndata: [{path: none.jsonl}]\n\(lines)\n"
            try Data(text.utf8).write(to: URL(filePath: model.folder + "/recipe.yaml"))
        }
    }
}

import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

struct BytePairTrainerTests {
    private static let texts = [
        "the cat sat on the mat; the cat ate. 12345 the end", "aaaa aaa aa aaaaaaaa banana bananas",
        "从前有一只猫，它坐在垫子上。从前有一只狗。", "naïve café — naïve! \n\n  spaces   and\ttabs", "thethethe there then",
    ]

    private func trained(_ size: Int, _ minimum: Int = 2) throws -> JSONValue {
        var trainer = try BytePairTrainer(
            .init(vocabularySize: size, minimumFrequency: minimum, specialTokens: ["<bos>", "<eos>"]))
        trainer.add(Self.texts)
        return trainer.train()
    }

    @Test func theNewTokenizerReadsWhatItLearned() throws {
        let tokenizer = try Tokenizer(json: try trained(300), name: "new")
        #expect(tokenizer.id(of: "<bos>") == 0 && tokenizer.id(of: "<eos>") == 1)
        #expect(tokenizer.unencodableBytes.isEmpty)
        for text in Self.texts + ["unseen \u{1F600} text"] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
        #expect(tokenizer.encode(" the").count == 1)
        #expect(tokenizer.encode("12").count == 2, "every digit is by itself")
    }

    @Test func stopsWhenNoPairIsFrequent() throws {
        let json = try trained(5_000, 3)
        let count = try #require(json["model"]?["vocab"]?.object).count
        #expect(count > 258 && count < 400)
        #expect(count == 258 + (try #require(json["model"]?["merges"]?.array).count))
    }

    @Test func refusesSizesThatLeaveNoRoom() {
        #expect(throws: TokenizerError.self) { try BytePairTrainer(.init(vocabularySize: 200)) }
        #expect(throws: TokenizerError.self) {
            try BytePairTrainer(.init(vocabularySize: 300, specialTokens: ["a", "a"]))
        }
    }

    /// The same tokens in the same order as the `tokenizers` library learns.
    @Test(.enabled(if: PythonPeer.isPresent, PythonPeer.comment), arguments: [(300, 2), (420, 1)])
    func mergesEqualThePeers(size: Int, minimum: Int) throws {
        try PythonPeer.inScratchFolder { folder in
            let file = folder.appendingPathComponent("texts.json")
            try Data(JSONValue.array(Self.texts.map { .string($0) }).serialized().utf8).write(to: file)
            let code = """
                import json, sys
                from tokenizers import Tokenizer, models, pre_tokenizers, trainers
                tokenizer = Tokenizer(models.BPE())
                tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
                    pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)])
                trainer = trainers.BpeTrainer(vocab_size=int(sys.argv[2]), min_frequency=int(sys.argv[3]),
                    special_tokens=["<bos>", "<eos>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
                    show_progress=False)
                tokenizer.train_from_iterator(json.load(open(sys.argv[1])), trainer)
                print(json.dumps(json.loads(tokenizer.to_str())["model"]["merges"]))
                """
            let output = try PythonPeer.run(["-c", code, file.path, String(size), String(minimum)])
            let theirs = try output.withUnsafeBytes { try JSONValue(parsing: $0) }
            #expect(try trained(size, minimum)["model"]?["merges"] == theirs)
        }
    }
}

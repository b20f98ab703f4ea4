import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTraining
import Foundation
import Testing

struct TrainingRunTests {
    private struct Cut: Error {}

    private func losses(_ run: TrainingRun, cutAt step: Int? = nil) throws -> [UInt64] {
        var losses: [UInt64] = []
        try run.train { record in
            losses.append(record.loss.bitPattern)
            if record.step == step { throw Cut() }
            return true
        }
        return losses
    }

    @Test func learnsAndLeavesAModelThatOpens() throws {
        let trial = try TrialRun()
        var records: [StepRecord] = []
        let run = try trial.open(try trial.recipe("run", steps: 60, TrialRun.pretraining))
        try run.train { record in
            records.append(record)
            return true
        }
        #expect(records.count == 60)
        #expect(records[59].loss < records[0].loss * 0.5)
        #expect(records.allSatisfy { $0.expertLoad >= 1 && $0.balanceLoss > 0 && $0.tokensPerSecond > 0 })
        #expect(records.contains { $0.dropped > 0 })
        #expect(records[0].tokens == 4 * 32, "the batch begins small")
        #expect(records[59].tokens - records[58].tokens == 8 * 32)
        let bits = records.compactMap(\.validationBitsPerByte)
        #expect(bits.count == 10 && bits[9] < bits[0])
        let folder = trial.folder.file("run")
        let checkpoint = try Checkpoint(folder: "\(folder)/model")
        _ = try DecoderModel(checkpoint)
        #expect(checkpoint.tensor(named: "lm_head.weight")?.elementType == .bfloat16)
        let log = try String(contentsOfFile: "\(folder)/log.csv", encoding: .utf8).split(separator: "\n")
        #expect(log.count == 61)
        #expect(try String(contentsOfFile: "\(folder)/log.svg", encoding: .utf8).contains("gradient norm"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/checkpoints").count == 2)
    }

    /// A run that is cut off between checkpoints repeats what was lost, bit for bit, with another number of threads.
    @Test func goesOnBitForBit() throws {
        let trial = try TrialRun()
        let whole = try losses(try trial.open(try trial.recipe("whole", TrialRun.pretraining)))
        let recipe = try trial.recipe("parts", TrialRun.pretraining)
        #expect(throws: Cut.self) { try losses(try trial.open(recipe), cutAt: 8) }
        // What a killed process leaves behind.
        let leftover = trial.folder.file("parts/checkpoints/.step-8")
        try FileManager.default.createDirectory(atPath: leftover, withIntermediateDirectories: true)
        let second = try trial.open(recipe, threads: 1)
        #expect(second.resumedStep == 5)
        #expect(!FileManager.default.fileExists(atPath: leftover))
        #expect(try losses(second) == Array(whole[5...]))
        func weights(_ output: String) throws -> Data {
            try Data(contentsOf: URL(filePath: trial.folder.file("\(output)/model/model.safetensors")))
        }
        #expect(try weights("whole") == weights("parts"))
        let log = try String(contentsOfFile: trial.folder.file("parts/log.jsonl"), encoding: .utf8)
        #expect(log.split(separator: "\n").count == 12)
    }

    @Test func refusesToGoOnWithAnotherRecipe() throws {
        let trial = try TrialRun()
        _ = try losses(try trial.open(try trial.recipe("run", TrialRun.pretraining)))
        let other = try trial.recipe("run", TrialRun.pretraining + "\nseed: 2")
        let error = #expect(throws: TrainingError.self) { try trial.open(other) }
        #expect(error?.code == .invalidCheckpoint)
        #expect(error?.message.contains("seed") == true)
    }

    @Test func aDivergingRunStopsOrSkips() throws {
        let trial = try TrialRun()
        let wild = TrialRun.pretraining.replacing("learning_rate: 0.01", with: "learning_rate: 10")
        let error = #expect(throws: TrainingError.self) {
            try losses(try trial.open(try trial.recipe("stop", steps: 60, wild)))
        }
        #expect(error?.code == .diverged)
        #expect(error?.message.contains("model.") == true || error?.message.contains("lm_head") == true)
        var skipped = 0
        let run = try trial.open(try trial.recipe("skip", steps: 60, wild + "\non_divergence: skip"))
        _ = try? run.train { record in
            skipped += record.wasSkipped ? 1 : 0
            return true
        }
        #expect(skipped > 0)
    }

    @Test func fineTunesConversationsWithAndWithoutAdaptation() throws {
        let trial = try TrialRun()
        _ = try losses(try trial.open(try trial.recipe("base", steps: 4, TrialRun.pretraining)))
        let tuning = """
            task: sft
            data: [{path: chats.jsonl}]
            sequence: {length: 96}
            batch: {sequences: 4, pass: 2}
            optimizer: {learning_rate: 0.02, warmup_steps: 2}
            """
        for (output, lora) in [("full", ""), ("adapted", "\nlora: {rank: 4}")] {
            let recipe = try trial.recipe(output, steps: 30, tuning + lora, model: "{from: base/model}")
            let found = try losses(try trial.open(recipe)).map(Double.init(bitPattern:))
            #expect(found[29] < found[0] * 0.8, "\(output)")
            let (before, after) = (
                try Checkpoint(folder: trial.folder.file("base/model")),
                try Checkpoint(folder: trial.folder.file("\(output)/model"))
            )
            #expect(before.tensorNames == after.tensorNames)
            func isSame(_ name: String) throws -> Bool {
                try #require(before.tensor(named: name)).bytes.elementsEqual(#require(after.tensor(named: name)).bytes)
            }
            #expect(try !isSame("model.layers.0.self_attn.o_proj.weight"))
            #expect(try isSame("model.embed_tokens.weight") == !lora.isEmpty)
        }
    }

    /// A dense network of the LLaMA form, as the 67B that the report compares with.
    private static let dense: JSONValue = [
        "model_type": "llama", "vocab_size": 320, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
        "num_key_value_heads": 2, "intermediate_size": 48, "max_position_embeddings": 256, "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0, "hidden_act": "silu", "attention_bias": false, "tie_word_embeddings": false,
        "bos_token_id": 0, "eos_token_id": 1,
    ]

    @Test(.enabled(if: Python.hasTransformers, Python.transformersReason), arguments: [false, true])
    func transformersComputesTheSameLoss(isDense: Bool) throws {
        let trial = try TrialRun()
        var yaml = TrialRun.pretraining + "\nexport_type: float32"
        if isDense {
            try trial.folder.write(Self.dense.serialized(), as: "config.json")
            yaml = yaml.split(separator: "\n").filter { !$0.hasPrefix("balance") && !$0.hasPrefix("dropping") }
                .joined(separator: "\n")
        }
        let recipe = try trial.recipe("run", steps: 6, yaml)
        _ = try losses(try trial.open(recipe))
        let code = """
            import sys, torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
            model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
            tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
            ids = torch.tensor([list(range(2, 26))])
            print(tokenizer("Ann sees Bob.")["input_ids"] != [], model(ids, labels=ids).loss.item())
            """
        let (status, output) = try Python.run(code, trial.folder.file("run/model"))
        #expect(status == 0)
        let words = output.split(whereSeparator: \.isWhitespace)
        #expect(words.first == "True")
        let theirs = try #require(words.last.flatMap { Double($0) })
        let checkpoint = try Checkpoint(folder: trial.folder.file("run/model"))
        let network = try TrainingNetwork(
            ModelConfiguration(checkpoint.configuration), rows: 24, sequenceLength: 24,
            options: TrainingOptions(precision: .float32), instructionSet: .selected(forced: nil), threads: 2)
        try network.store.load(checkpoint, network.context.kernels, tied: false)
        for place in 0..<24 {
            network.batch.ids[place] = Int32(place + 2)
            network.batch.targets[place] = place < 23 ? Int32(place + 3) : -1
        }
        let (sum, count) = network.evaluate()
        #expect(agree(sum / Double(count), theirs))
    }
}

import ArgumentParser
import DeepSeekTensors
import DeepSeekTraining
import Foundation

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model as a recipe says: pretraining, or fine-tuning on conversations.",
        discussion: """
              deepseek train recipe.yaml

            The recipe is YAML; paths in it are relative to it. A run that is stopped, by Ctrl-C or by anything else, goes \
            on from its last checkpoint when the same command is given again, with the same numbers as if nothing had \
            happened.

              task: pretrain               # or sft: conversations, the assistant's tokens only
              output: runs/small           # checkpoints/, data/, log.jsonl, log.csv, log.svg; model/ at the end
              model: {config: config.json, init_std: 0.006}    # or {from: FOLDER}: go on from a checkpoint; both: with
                                           # another configuration, such as YaRN and more positions
              tokenizer: tokenizer         # folder with tokenizer.json; default: that of model.from
              data:                        # JSON lines with "text" (sft: "messages"), or plain text; gzip is unpacked
                - {path: books.jsonl.gz, weight: 2}
                - {path: notes.txt}
              validation:                  # held text, for bits per byte
                - {path: held.txt}
              sequence: {length: 512, isolate_documents: false}
              batch: {sequences: 16, pass: 8, ramp: {from: 8, tokens: 1e6}}    # pass: sequences computed at once
              steps: 1000                  # or tokens: 8e6
              optimizer: {learning_rate: 4.2e-4, warmup_steps: 50, decay_at: [0.8, 0.9], decay_factor: 0.316, beta1: 0.9,
                beta2: 0.95, epsilon: 1e-8, weight_decay: 0.1, decay_norms: false, clip: 1.0}
              balance: {expert: 0.003, device: 0.05, communication: 0.02, devices: 4, devices_per_token: 2,
                per_sequence: true}
              dropping: {capacity: 1.0, exempt: 0.1}
              lora: {rank: 16, alpha: 32}  # with model.from: train a low-rank adaptation only
              precision: bfloat16          # of the factors of products; float32
              recompute: false             # activations, to save memory
              checkpoint: {every: 200, keep: 2}
              evaluate: {every: 100, sequences: 64}
              on_divergence: stop          # or skip; explosion_factor: 3
              export_type: bfloat16        # of model/
              seed: 1
            """)

    @Argument(help: "The recipe.")
    var recipe: String

    @Option(help: "Threads; by default as many as the process may really use (affinity and cgroup quota).")
    var threads: Int?

    @Flag(help: "Check the recipe, the data and the network, and train nothing.")
    var dryRun = false

    @Flag(help: "One JSON object for each step on standard output.")
    var json = false

    @Flag(help: "No progress.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    func run() throws {
        let recipe = try TrainingRecipe(path: recipe)
        let set = try InstructionSet.selected(
            forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        let printer = quiet ? nil : ProgressPrinter()
        let run = try TrainingRun(recipe, threads: threads, instructionSet: set) { path, done, tokens in
            printer?.show { _ in "reading \(path): \(Int(done * 100)) %, \(Format.count(tokens)) tokens" }
        }
        printer?.end()
        Terminal.note(
            "\(Format.count(run.parameterCount)) parameters, \(Format.bytes(run.activationBytes)) of activations; "
                + (run.resumedStep > 0 ? "goes on after step \(run.resumedStep)" : "new run") + " in \(recipe.output)")
        guard !dryRun else { return }
        let isInterrupted = InterruptFlag()
        let interrupts = Interrupts { isInterrupted.raise() }
        defer { withExtendedLifetime(interrupts) {} }
        let steps = recipe.steps
        try run.train { record in
            if json { Terminal.write(record.jsonLine + "\n") }
            printer?.show { width in String(Self.line(record, of: steps).prefix(max(width - 1, 20))) }
            if let bits = record.validationBitsPerByte {
                printer?.end()
                Terminal.note("step \(record.step): \(Format.decimals(bits, 4)) bits per byte on held text")
            }
            return !isInterrupted.isRaised
        }
        printer?.end()
        guard run.isFinished else {
            return Terminal.note("stopped and saved; the same command goes on")
        }
        Terminal.note("\(recipe.output)/model: done")
    }

    private static func line(_ record: StepRecord, of steps: Int) -> String {
        let left =
            Double(steps - record.step) * Double(record.tokens) / Double(max(record.step, 1)) / record.tokensPerSecond
        return "step \(record.step)/\(steps)  loss \(Format.decimals(record.loss, 3))  "
            + "\(Format.grouped(Int(record.tokensPerSecond))) tokens/s (\(Format.decimals(record.ceilingShare * 100, 0)) % of "
            + "ceiling)  experts \(Format.decimals(record.expertLoad, 2))  norm \(Format.decimals(record.gradientNorm, 2))  "
            + "\(Format.grouped(Int(left))) s left" + (record.wasSkipped ? "  SKIPPED" : "")
    }
}

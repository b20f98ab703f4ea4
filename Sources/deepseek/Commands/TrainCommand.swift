import ArgumentParser
import DeepSeekTensors
import DeepSeekTraining
import Foundation

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract:
            "Train a model as a recipe says: pretraining, fine-tuning on conversations, or reinforcement learning.",
        discussion: """
              deepseek train recipe.yaml

            The recipe is YAML; paths in it are relative to it. A run that is stopped, by Ctrl-C or by anything else, goes \
            on from its last checkpoint when the same command is given again, with the same numbers as if nothing had \
            happened.

              task: pretrain               # or sft: conversations, the assistant's tokens only; or grpo, see below
              output: runs/small           # checkpoints/, data/, log.jsonl, log.csv, log.svg; model/ at the end
              model: {config: config.json, init_std: 0.006}    # or {from: FOLDER}: go on from a checkpoint; both: with
                                           # another configuration
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
              context_extension: {factor: 40, mscale: 0.707}   # with model.from: YaRN, for sequences so many times longer
              precision: bfloat16          # of the factors of products; float32
              recompute: false             # activations, to save memory
              checkpoint: {every: 200, keep: 2}
              evaluate: {every: 100, sequences: 64}
              on_divergence: stop          # or skip; explosion_factor: 3
              export_type: bfloat16        # of model/
              seed: 1

            task: grpo draws answers to questions from the model itself, has rewards judge them, and compares each with the \
            others to its question (Group Relative Policy Optimization). Data are JSON lines with "messages" that end with \
            the user's turn, or "prompt", and what the rewards ask for. Instead of or besides the keys above:

              model: {from: FOLDER}        # a model that answers
              batch: {questions: 16, samples: 8, pass: 4}      # a step: samples (G) of each question; pass: sequences of \
            sequence.length computed at once, answers packed into them
              rollout: {tokens: 256, concurrent: 128, precision: bfloat16}     # tokens of an answer; drawn at once
              grpo: {clip: 0.2, kl: 0.04, updates: 1, ratio: token, importance_limit: 2}   # ratio: or sequence, as the \
            report writes it; kl: 0 needs no reference; importance_limit: 0 for no correction of sampler against trainer
              rewards:                     # their weighted sum; accuracy on held questions is that of the first
                - {kind: answer, weight: 1, require_end: true}    # "answer": a number or text; \\boxed{}, "Answer:", last number
                - {kind: format, weight: 0.1, pattern: "(?:.*) Answer: .*"}       # of the whole answer, which must end
                - {kind: language, weight: 0.1, language: question}               # or en, zh
                - {kind: code, seconds: 5, memory: 536870912}     # "tests": Python assertions, run in a sandbox
              reward_seconds: 10           # for one call of a reward; beyond that it counts as 0 and is reported
              evaluate: {every: 20, questions: 200}               # of "validation", before the first step too
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
        for note in run.takeNotes() { Terminal.note("note: \(note)") }
        guard !dryRun else { return }
        let isInterrupted = InterruptFlag()
        let interrupts = Interrupts { isInterrupted.raise() }
        defer { withExtendedLifetime(interrupts) {} }
        let steps = recipe.steps
        try run.train { record in
            if json { Terminal.write(record.jsonLine + "\n") }
            if record.step > 0 {
                printer?.show { width in String(Self.line(record, of: steps).prefix(max(width - 1, 20))) }
            }
            if !record.notes.isEmpty { printer?.end() }
            for note in record.notes { Terminal.note(note) }
            if let accuracy = record.more["held_accuracy"], let reward = record.more["held_reward"] {
                printer?.end()
                Terminal.note(
                    "step \(record.step): \(Format.decimals(accuracy * 100, 1)) % of held questions right, reward "
                        + Format.decimals(reward, 3))
            }
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
        let start = "step \(record.step)/\(steps)  "
        let end =
            "norm \(Format.decimals(record.gradientNorm, 2))  \(left.isFinite ? Format.grouped(Int(left)) : "?") s left"
            + (record.wasSkipped ? "  SKIPPED" : "")
        if let reward = record.more["reward"] { return start + rollouts(record, reward: reward) + end }
        return start + "loss \(Format.decimals(record.loss, 3))  "
            + "\(Format.grouped(Int(record.tokensPerSecond))) tokens/s (\(Format.decimals(record.ceilingShare * 100, 0)) % of "
            + "ceiling)  experts \(Format.decimals(record.expertLoad, 2))  " + end
    }

    private static func rollouts(_ record: StepRecord, reward: Double) -> String {
        func figure(_ name: String) -> Double { record.more[name] ?? 0 }
        return "reward \(Format.decimals(reward, 3)) ± \(Format.decimals(figure("reward_deviation"), 3))  KL "
            + "\(Format.decimals(figure("kl"), 4))  clipped \(Format.decimals(figure("clip_share") * 100, 1)) %  length "
            + "\(Format.decimals(figure("answer_tokens"), 0))  rollouts "
            + "\(Format.grouped(Int(figure("rollout_tokens_per_second")))) tokens/s, training "
            + "\(Format.grouped(Int(figure("training_tokens_per_second"))))  "
    }
}

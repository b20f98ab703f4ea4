import ArgumentParser
import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import Foundation

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast a model reads a prompt and generates; make a model of random weights to measure.",
        discussion: """
              deepseek bench --model FOLDER --prompt 512 --generate 32
              deepseek bench --make v2-lite --layers 4 --output /tmp/lite-4   (then: bench --model /tmp/lite-4)

              deepseek bench --tokenizer FOLDER --text book.txt

            Tokens per second are the median of the runs; the first run warms up and is not counted.
            """)

    @Option(help: ArgumentHelp("A checkpoint folder to measure.", valueName: "folder"))
    var model: String?

    @Option(help: "Write a checkpoint of random bfloat16 weights: v2-lite, v2 or dense-67b.")
    var make: RandomCheckpoint.Shape?

    @Option(
        help: ArgumentHelp("Measure the tokenizer of a folder instead, on the text in --text.", valueName: "folder"))
    var tokenizer: String?

    @Option(help: ArgumentHelp("The text to tokenize.", valueName: "file"))
    var text: String?

    @Option(help: "Layers of the checkpoint to make; by default as many as published.")
    var layers: Int?

    @Option(help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var output: String?

    @Option(help: "Tokens of the prompt.")
    var prompt = 512

    @Option(help: "Tokens to generate after it.")
    var generate = 32

    @Option(help: "Sequences that generate together.")
    var sequences = 1

    @Option(help: "Timed runs.")
    var runs = 3

    @Option(help: "Threads; by default as many as the process may really use.")
    var threads: Int?

    @OptionGroup var compute: ComputeOptions

    @Flag(help: "One JSON object instead of text.")
    var json = false

    func validate() throws {
        guard [model, make?.rawValue, tokenizer].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --model, --make and --tokenizer")
        }
        guard (tokenizer == nil) == (text == nil) else { throw ValidationError("--tokenizer and --text go together") }
        guard make == nil || output != nil else { throw ValidationError("--make needs --output FOLDER") }
        let counts = [("--prompt", prompt), ("--generate", generate), ("--sequences", sequences), ("--runs", runs)]
        for (name, value) in counts where !(1...1_000_000).contains(value) {
            throw ValidationError("\(name) must be from 1 to 1000000")
        }
        if let layers, !(1...1_000).contains(layers) { throw ValidationError("--layers must be from 1 to 1000") }
        if let threads, !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    func run() throws {
        if let make, let output { return try write(make, to: output) }
        if let tokenizer, let text { return try measure(tokenizer: tokenizer, text: text) }
        guard let model else { return }
        let set = try InstructionSet.selected(
            forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        let network = try DecoderModel(Checkpoint(folder: model))
        var benchmark = SpeedBenchmark()
        benchmark.prompt = prompt
        benchmark.generation = generate
        benchmark.sequences = sequences
        benchmark.runs = runs
        benchmark.options = compute.forwardOptions(default: network.fastestArithmetic)
        benchmark.chunk = compute.chunk
        benchmark.threads = threads
        let result = try benchmark.run(network, instructionSet: set, progress: Terminal.progress)
        Terminal.clearProgress()
        let (reading, generation) = (
            SpeedBenchmark.Result.median(result.prompt), SpeedBenchmark.Result.median(result.generation)
        )
        let used = threads ?? ProcessorCount.usable
        if json {
            let report: JSONValue = [
                "prompt_tokens_per_second": .number(reading), "generation_tokens_per_second": .number(generation),
                "prompt_runs": .array(result.prompt.map(JSONValue.number)),
                "generation_runs": .array(result.generation.map(JSONValue.number)),
                "prompt_tokens": .integer(prompt), "generated_tokens": .integer(generate),
                "sequences": .integer(sequences), "threads": .integer(used),
                "instruction_set": .string(set.rawValue), "dtype": .string(benchmark.options.arithmetic.rawValue),
                "peak_memory_bytes": .integer(result.peakMemory),
            ]
            Terminal.write(report.serialized() + "\n")
        } else {
            Terminal.write(
                """
                prompt      \(Format.rate(reading)) tokens/s (\(prompt) tokens\(sequences == 1 ? "" : " × \(sequences)"))
                generation  \(Format.rate(generation)) tokens/s (\(generate) tokens\(sequences == 1 ? "" : " × \(sequences)"))
                \(set.rawValue), \(used) threads, \(benchmark.options.arithmetic.rawValue), peak \(Format.bytes(result.peakMemory)) \
                (mapped weights included)

                """)
        }
    }

    private func measure(tokenizer folder: String, text path: String) throws {
        let result = try TokenizerBenchmark(folder: folder, text: try TextInput.read(path), runs: runs).run()
        if json { return Terminal.write(result.json.serialized() + "\n") }
        Terminal.write(
            """
            open        \(Format.decimals(result.loadSeconds * 1_000, 0)) ms
            one thread  \(Format.rate(result.singleMegabytesPerSecond)) MB/s
            batch       \(Format.rate(result.batchMegabytesPerSecond)) MB/s (all threads)

            """)
    }

    private func write(_ shape: RandomCheckpoint.Shape, to folder: String) throws {
        let configuration = shape.configuration(layers: layers ?? shape.layers)
        var shown = -1
        try RandomCheckpoint.write(configuration, to: folder) { written, total in
            let percent = written * 100 / max(total, 1)
            guard percent != shown else { return }
            shown = percent
            Terminal.progress("writing \(folder): \(percent) % of \(Format.bytes(total))")
        }
        Terminal.clearProgress()
        Terminal.note("\(folder): \(shape.rawValue), \(layers ?? shape.layers) layers, random weights")
    }
}

extension RandomCheckpoint.Shape: ExpressibleByArgument {}

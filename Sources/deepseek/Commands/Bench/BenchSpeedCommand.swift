import ArgumentParser
import DeepSeekBenchmarking
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors
import Foundation

struct BenchSpeedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "speed",
        abstract: "Measure how fast a model reads a prompt and generates, on its own weights or on random ones.",
        discussion: """
              deepseek bench --machine
              deepseek bench --model FOLDER --prompt 128,512 --generate 64
              deepseek bench --shape v2-lite --format int4 --prompt 512 --generate 64 --runs 5
              deepseek bench --shape v2-lite --format int4 --cache 6bit --depth 0,32768 --prompt 0 --generate 16
              deepseek bench --shape v2-lite --layers 4 --format int4 --engine --sequences 1,32 --prompt 128
              deepseek bench --shape v2 --experts-only --format int4 --prompt 1,16,512,2048
              deepseek bench --make v2-lite --layers 4 --output /tmp/lite-4   (then: bench --model /tmp/lite-4)
              deepseek bench --tokenizer FOLDER --text book.txt
              deepseek bench --constraints FOLDER

            Options with several values, separated by commas, are measured in every combination. Tokens per second are \
            the median of the runs, of all sequences together; one more run warms up and is not counted. Shares are of \
            what the machine can do, measured first: generation of the bandwidth of reading memory, with the bytes that \
            must be read; the prompt of the ceiling of products in registers, with the operations that must be done.
            """)

    @Flag(help: "Measure the machine itself: bandwidth of reading, ceilings of products, caches, threads.")
    var machine = false

    @Option(help: ArgumentHelp("A checkpoint folder to measure.", valueName: "folder"))
    var model: String?

    @Option(help: "Random weights of a published shape, in memory: v2, v2-lite or 67b.")
    var shape: PublishedShape?

    @Option(help: "Write a checkpoint of random weights of a published shape: v2, v2-lite or 67b.")
    var make: PublishedShape?

    @Option(
        help: ArgumentHelp("Measure the tokenizer of a folder instead, on the text in --text.", valueName: "folder"))
    var tokenizer: String?

    @Option(
        help: ArgumentHelp("Measure constrained output with the tokenizer of a folder instead.", valueName: "folder"))
    var constraints: String?

    @Option(help: ArgumentHelp("The text to tokenize.", valueName: "file"))
    var text: String?

    @Option(help: "Layers of a shape; by default as many as published.")
    var layers: Int?

    @Option(help: "Routed experts of a shape; by default as many as published. V2 takes multiples of 8.")
    var experts: Int?

    @Option(help: "Formats of random weights: bf16, int8, int4, fp8.")
    var format = Choices([RandomFormat.bfloat16])

    @Option(help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var output: String?

    @Flag(help: "Of a shape, measure the experts of one layer alone, with as many tokens as --prompt says.")
    var expertsOnly = false

    @Flag(help: "Measure the engine: as many requests at once as --sequences says, each with a prompt of its own.")
    var engine = false

    @Option(help: "Of the engine's prompts, how many tokens are the same for all.")
    var shared = 0

    @Option(help: "Tokens of the prompt.")
    var prompt = Choices([512])

    @Option(help: "Tokens to generate after it.")
    var generate = Choices([32])

    @Option(help: "Tokens of context before the prompt; not computed, the cache holds zeros.")
    var depth = Choices([0])

    @Option(help: "Sequences that generate together.")
    var sequences = Choices([1])

    @Option(help: "Timed runs.")
    var runs = 3

    @Option(help: "Threads; by default as many as the process may really use.")
    var threads = Choices<Int>([])

    @OptionGroup var compute: ComputeOptions

    @Flag(help: "A JSON list of objects instead of a table.")
    var json = false

    @Flag(help: "Comma-separated values instead of a table.")
    var csv = false

    func validate() throws {
        let modes = [machine, model != nil, shape != nil, make != nil, tokenizer != nil, constraints != nil]
        guard modes.count(where: { $0 }) == 1 else {
            throw ValidationError("give one of --machine, --model, --shape, --make, --tokenizer and --constraints")
        }
        guard (tokenizer == nil) == (text == nil) else { throw ValidationError("--tokenizer and --text go together") }
        guard make == nil || output != nil else { throw ValidationError("--make needs --output FOLDER") }
        guard make == nil || format.values.count == 1 else { throw ValidationError("--make takes one --format") }
        guard !expertsOnly || shape != nil else { throw ValidationError("--experts-only needs --shape") }
        guard !expertsOnly || prompt.values.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--experts-only needs at least one token: --prompt 1")
        }
        guard !engine || (model != nil || shape != nil) && !expertsOnly else {
            throw ValidationError("--engine needs --model or --shape")
        }
        guard (0...1_000_000).contains(shared) else { throw ValidationError("--shared must be from 0 to 1000000") }
        guard !json || !csv else { throw ValidationError("give --json or --csv, not both") }
        for (name, choices) in [("--prompt", prompt), ("--generate", generate), ("--depth", depth)] {
            guard choices.values.allSatisfy({ (0...1_000_000).contains($0) }) else {
                throw ValidationError("\(name) must be from 0 to 1000000")
            }
        }
        guard sequences.values.allSatisfy({ (1...4_096).contains($0) }) else {
            throw ValidationError("--sequences must be from 1 to 4096")
        }
        guard threads.values.allSatisfy({ (1...1_024).contains($0) }) else {
            throw ValidationError("--threads must be from 1 to 1024")
        }
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs must be from 1 to 1000") }
        if let layers, !(1...1_000).contains(layers) { throw ValidationError("--layers must be from 1 to 1000") }
        if let experts, !(1...4_096).contains(experts) { throw ValidationError("--experts must be from 1 to 4096") }
    }

    func run() async throws {
        if engine { return try await measureEngine() }
        if machine { return try showMachine() }
        if let make, let output { return try write(make, to: output) }
        if let constraints { return try measure(constraints: constraints) }
        if let tokenizer, let text { return try measure(tokenizer: tokenizer, text: text) }
        let set = try InstructionSet.selected(
            forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        if expertsOnly, let shape { return try measureExperts(of: shape, set) }
        let counts = threads.values.isEmpty ? [ProcessorCount.usable] : threads.values
        Terminal.progress("measuring the machine")
        var machines: [Int: MachineFigures] = [:]
        for count in counts { machines[count] = try MachineFigures.measure(threads: count) }
        var rows: [SpeedRow] = []
        if let model {
            rows = try measure(Checkpoint(folder: model), name: model, format: "stored", set, machines)
        } else if let shape {
            for format in format.values {
                Terminal.progress("making \(shape.rawValue) in \(format.rawValue)")
                let checkpoint = try RandomCheckpoint.make(
                    shape.configuration(layers: layers, experts: experts), format: format)
                let cut = [layers.map { "\($0) layers" }, experts.map { "\($0) experts" }].compactMap { $0 }
                let name = shape.rawValue + (cut.isEmpty ? "" : " (\(cut.joined(separator: ", ")))")
                rows += try measure(checkpoint, name: name, format: format.rawValue, set, machines)
            }
        }
        Terminal.clearProgress()
        show(rows, machines[counts[0]], set)
    }

    private func measure(
        _ checkpoint: Checkpoint, name: String, format: String, _ set: InstructionSet, _ machines: [Int: MachineFigures]
    ) throws -> [SpeedRow] {
        let network = try DecoderModel(checkpoint)
        var benchmark = SpeedBenchmark()
        benchmark.runs = runs
        benchmark.options = compute.forwardOptions(default: network.fastestArithmetic)
        benchmark.cache = compute.cache
        benchmark.chunk = compute.chunk
        let work = WorkEstimate(
            checkpoint, configuration: network.configuration,
            cacheBytesPerToken: network.cacheLayout(benchmark.options.arithmetic, format: compute.cache).bytesPerToken)
        var rows: [SpeedRow] = []
        for (threads, machine) in machines.sorted(by: { $0.key < $1.key }) {
            benchmark.threads = threads
            for depth in depth.values {
                for prompt in prompt.values {
                    for generate in generate.values {
                        for sequences in sequences.values {
                            (benchmark.depth, benchmark.prompt) = (depth, prompt)
                            (benchmark.generation, benchmark.sequences) = (generate, sequences)
                            let label = "\(format), prompt \(prompt), generate \(generate), depth \(depth): "
                            let result = try benchmark.run(network, instructionSet: set) {
                                Terminal.progress(label + $0)
                            }
                            var machine = machine
                            try machine.remeasure()
                            rows.append(
                                SpeedRow(
                                    model: name, format: format, benchmark: benchmark, threads: threads, result: result,
                                    work: work, machine: machine, instructionSet: set))
                        }
                    }
                }
            }
        }
        return rows
    }

    private func measureExperts(of shape: PublishedShape, _ set: InstructionSet) throws {
        var rows: [ExpertsRow] = []
        for threads in threads.values.isEmpty ? [ProcessorCount.usable] : threads.values {
            Terminal.progress("measuring the machine")
            let machine = try MachineFigures.measure(threads: threads)
            for format in format.values {
                Terminal.progress("making the experts of \(shape.rawValue) in \(format.rawValue)")
                let benchmark = try ExpertsBenchmark(
                    shape, experts: experts, format: format, dtype: compute.dtype, instructionSet: set,
                    threads: threads, maximumTokens: prompt.values.max() ?? 1)
                for tokens in prompt.values {
                    Terminal.progress("\(format.rawValue), \(tokens) tokens")
                    rows.append(try benchmark.run(tokens: tokens, runs: runs, machine: machine))
                }
            }
        }
        Terminal.clearProgress()
        if json { return Terminal.write(JSONValue.array(rows.map(\.json)).serialized() + "\n") }
        let table = BenchTable(rows)
        Terminal.write(csv ? table.csv : table.text)
    }

    private func show(_ rows: [SpeedRow], _ machine: MachineFigures?, _ set: InstructionSet) {
        if json {
            Terminal.write(JSONValue.array(rows.map(\.json)).serialized() + "\n")
        } else if csv {
            Terminal.write(BenchTable(rows).csv)
        } else {
            if let machine { Terminal.write("\(machine.processor), \(set.rawValue)\n\n") }
            Terminal.write(BenchTable(rows).text)
        }
    }

    private func showMachine() throws {
        Terminal.progress("measuring the machine")
        let figures = try MachineFigures.measure(threads: threads.values.first)
        Terminal.clearProgress()
        Terminal.write(json ? figures.json.serialized(pretty: true) + "\n" : BenchTable.text(of: figures))
    }

    private func measure(constraints folder: String) throws {
        let benchmark = try ConstraintBenchmark(folder: folder)
        let results = try benchmark.run()
        if json { return Terminal.write(JSONValue.array(results.map(\.json)).serialized() + "\n") }
        func milliseconds(_ seconds: Double) -> String { Format.decimals(seconds * 1_000, 3) + " ms" }
        Terminal.write("sorting the vocabulary, once: \(milliseconds(benchmark.vocabularySeconds))\n")
        for result in results {
            Terminal.write(
                "\(result.constraint): compiled in \(milliseconds(result.compileSeconds)); a token "
                    + "\(milliseconds(result.coldSeconds)) (at most \(milliseconds(result.slowestSeconds))), again "
                    + "\(milliseconds(result.warmSeconds)); \(result.tokens) tokens\n")
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

    private func write(_ shape: PublishedShape, to folder: String) throws {
        var shown = -1
        try RandomCheckpoint.write(
            shape.configuration(layers: layers, experts: experts), format: format.values.first ?? .bfloat16, to: folder
        ) { written, total in
            let percent = written * 100 / max(total, 1)
            guard percent != shown else { return }
            shown = percent
            Terminal.progress("writing \(folder): \(percent) % of \(Format.bytes(total))")
        }
        Terminal.clearProgress()
        Terminal.note("\(folder): \(shape.rawValue), \(layers ?? shape.layers) layers, random weights")
    }
}

extension PublishedShape: ExpressibleByArgument {}
extension RandomFormat: ExpressibleByArgument {}

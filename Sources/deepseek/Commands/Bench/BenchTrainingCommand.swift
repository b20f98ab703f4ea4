import ArgumentParser
import DeepSeekBenchmarking
import DeepSeekJSON
import DeepSeekTensors
import DeepSeekTraining
import Foundation

struct BenchTrainingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "training",
        abstract:
            "Measure what training V2's shape costs beside the dense 67B's, both made smaller by the same factors.",
        discussion: """
              deepseek bench training
              deepseek bench training --widths 8 --layers 20 --length 1024

            Random weights and tokens; a step is forth, back and AdamW. Operations are those that training needs: six per \
            weight that takes part and token, and the attention. The report saves 42.5 % of the hours on its machines.
            """)

    @Option(help: "Divides widths, numbers of heads and the vocabulary.")
    var widths = 16

    @Option(help: "Divides the numbers of layers, 60 and 95.")
    var layers = 10

    @Option(help: "Tokens of a sequence.")
    var length = 512

    @Option(help: "Sequences of a step.")
    var sequences = 4

    @Option(help: "Timed steps.")
    var runs = 3

    @Option(help: "Of the factors of products: bfloat16 or float32.")
    var precision = "bfloat16"

    @Option(help: "Threads; by default as many as the process may really use.")
    var threads: Int?

    @Flag(help: "A JSON list of objects instead of a table.")
    var json = false

    func validate() throws {
        guard [4, 8, 16, 32, 64].contains(widths) else {
            throw ValidationError("--widths must be 4, 8, 16, 32 or 64")
        }
        guard (1...20).contains(layers) else { throw ValidationError("--layers must be from 1 to 20") }
        guard (16...4_096).contains(length) else { throw ValidationError("--length must be from 16 to 4096") }
        guard (1...256).contains(sequences) else { throw ValidationError("--sequences must be from 1 to 256") }
        guard (1...1_000).contains(runs) else { throw ValidationError("--runs must be from 1 to 1000") }
        guard TrainingPrecision(rawValue: precision) != nil else {
            throw ValidationError("--precision is bfloat16 or float32")
        }
        if let threads, !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    func run() throws {
        let set = try InstructionSet.selected(
            forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        var benchmark = TrainingBenchmark()
        (benchmark.widths, benchmark.layers, benchmark.length) = (widths, layers, length)
        (benchmark.sequences, benchmark.runs) = (sequences, runs)
        benchmark.precision = TrainingPrecision(rawValue: precision) ?? .bfloat16
        let count = threads ?? ProcessorCount.usable
        let dense = try benchmark.run(.dense67B, instructionSet: set, threads: count)
        let v2 = try benchmark.run(.v2, instructionSet: set, threads: count)
        if json {
            return Terminal.write(JSONValue.array([dense.json, v2.json]).serialized(pretty: true) + "\n")
        }
        func row(_ name: String, _ parameters: String, _ active: String, _ operations: String, _ speed: String) {
            func padded(_ text: String, _ width: Int) -> String {
                text + String(repeating: " ", count: max(width - text.count, 1))
            }
            Terminal.write(
                padded(name, 8) + padded(parameters, 14) + padded(active, 12) + padded(operations, 20) + speed + "\n")
        }
        row("shape", "parameters", "active", "operations/token", "tokens/s")
        for line in [dense, v2] {
            row(
                line.shape, Format.count(line.parameters), Format.count(line.activeParameters),
                Format.count(Int(line.operationsPerToken)), Format.rate(line.tokensPerSecond))
        }
        let operations = 1 - v2.operationsPerToken / dense.operationsPerToken
        let time = 1 - dense.tokensPerSecond / v2.tokensPerSecond
        Terminal.write(
            "v2 saves \(Format.decimals(operations * 100, 1)) % of the operations and \(Format.decimals(time * 100, 1)) % of "
                + "the time\n")
    }
}

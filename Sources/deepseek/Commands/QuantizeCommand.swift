import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekQuantization
import DeepSeekTensors
import Foundation

struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Write a smaller copy of a checkpoint: 8 or 4 bits per weight, or float8.",
        discussion: """
              deepseek quantize DeepSeek-V2-Lite DeepSeek-V2-Lite-int4 --format int4
              deepseek quantize DeepSeek-V2-Lite small --format int4 --calibrate text.txt
              deepseek quantize DeepSeek-V2-Lite small --format int4 --dry-run

            A token costs the reading of the weights that take part in it, so fewer bits are faster in the same measure \
            as they are smaller. The result is a folder like any other: generate, chat, inspect and bench open it.

              int8   8.5 bits per weight; answers that can hardly be told from the original's
              int4   4.5 to 4.7 bits per weight; a scale and a zero point for every 32 weights, chosen by search
              fp8    E4M3 with a scale per block of 128 by 128, as DeepSeek-V3 is published; other programs read it too

            --calibrate runs a text through the model first, and then rounds so that what the text moves most keeps most, \
            and so that later weights of a row make up for the errors of earlier ones. It takes up to 1 GB of memory. Take \
            some hundred kilobytes of what the model is for, in all its languages.

            Nothing appears under OUTPUT before all of it is on the disk. A run that was cut off leaves its finished \
            shards in a hidden folder beside OUTPUT, and the same command goes on from there.

            Which tensors keep more bits, and why (--dry-run gives the sizes for a model):

            \(Self.policies)
            """)

    private static var policies: String {
        QuantizationFormat.allCases.map { format in
            "  \(format.rawValue)\n"
                + QuantizationPolicy(format).rules.map { "    " + QuantizationPolicy.text($0) }.joined(separator: "\n")
        }.joined(separator: "\n")
    }

    @Argument(help: "The checkpoint folder, or OWNER/NAME of a model that was pulled.")
    var folder: String

    @Argument(help: "The folder to write; it must be absent or empty.")
    var output: String

    @Option(help: "int8, int4 or fp8.")
    var format: QuantizationFormat

    @Option(
        help: ArgumentHelp("Weigh what is rounded by what this text moves; - is standard input.", valueName: "file"))
    var calibrate: String?

    @Option(help: "Tokens of the text that are run through the model.")
    var calibrationTokens = 65_536

    @Option(help: "Threads; by default as many as the process may really use (affinity and cgroup quota).")
    var threads: Int?

    @Flag(help: "Show which tensors become what, and the sizes; write nothing.")
    var dryRun = false

    @Flag(help: "One JSON object instead of text.")
    var json = false

    @Flag(help: "No progress.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
        guard calibrationTokens >= 32 else { throw ValidationError("--calibration-tokens must be at least 32") }
        guard calibrate == nil || format == .int4 else {
            throw ValidationError("--calibrate is for --format int4; the others round too finely to gain from it")
        }
    }

    func run() throws {
        let checkpoint = try Checkpoint(folder: try ModelOptions.folder(of: folder))
        let set = try InstructionSet.selected(
            forced: ProcessInfo.processInfo.environment[InstructionSet.environmentVariable])
        var quantizer = try CheckpointQuantizer(checkpoint, format: format, instructionSet: set)
        quantizer.threads = threads
        if dryRun {
            return Terminal.write(json ? quantizer.plan.json.serialized(pretty: true) + "\n" : table(quantizer.plan))
        }
        if let calibrate { quantizer.importance = try importance(of: TextInput.read(calibrate), for: quantizer) }
        let printer = quiet ? nil : ProgressPrinter()
        let summary = try quantizer.write(to: output) { progress in printer?.show { line(progress, width: $0) } }
        printer?.end()
        if json { return Terminal.write(summary.json.serialized(pretty: true) + "\n") }
        switch summary.resumption {
        case .shards(let count): Terminal.note("went on from \(count) finished shard(s) of an earlier run")
        case .otherPlan: Terminal.note("removed what an earlier run with other options or another source had left")
        case .nothing: break
        }
        Terminal.note(
            "\(summary.folder): \(Format.bytes(summary.plan.bytes)) of \(Format.bytes(summary.plan.sourceBytes)), "
                + "\(Format.decimals(summary.plan.bitsPerWeight, 3)) bits per weight; "
                + "\(Format.count(Int(summary.weightsPerSecond))) weights/s with \(summary.threads) threads")
    }

    private func importance(of text: String, for quantizer: CheckpointQuantizer) throws -> ColumnImportance {
        let printer = quiet ? nil : ProgressPrinter()
        defer { printer?.end() }
        let calibrator = try Calibrator(
            quantizer.checkpoint, instructionSet: quantizer.instructionSet, threads: threads)
        return try calibrator.importance(of: text, maximumTokens: calibrationTokens) { done, total in
            printer?.show { _ in "calibrating: \(Format.grouped(done)) of \(Format.grouped(total)) tokens" }
        }
    }

    private func line(_ progress: QuantizationProgress, width: Int) -> String {
        let share = progress.weights * 100 / max(progress.totalWeights, 1)
        let left = progress.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
        let rate = Format.count(Int(progress.weightsPerSecond))
        return String("\(share) %  \(rate) weights/s\(left)  \(progress.tensor)".prefix(max(width - 1, 20)))
    }

    private func table(_ plan: QuantizationPlan) -> String {
        var lines: [String] = []
        for rule in plan.policy.rules {
            let size = plan.size(of: rule)
            guard size.weights > 0 else { continue }
            let bits = Double(size.bytes) * 8 / Double(size.weights)
            lines.append(
                rule.storage.rawValue.padding(to: 11) + Format.count(size.weights).leftPadded(to: 10)
                    + Format.bytes(size.bytes).leftPadded(to: 12) + Format.decimals(bits, 2).leftPadded(to: 8)
                    + "  \(rule.subject): \(rule.reason)")
        }
        let header =
            "storage".padding(to: 11) + "weights".leftPadded(to: 10) + "size".leftPadded(to: 12)
            + "bits".leftPadded(to: 8) + "  tensors, and why"
        let total =
            "together".padding(to: 11) + Format.count(plan.weights).leftPadded(to: 10)
            + Format.bytes(plan.bytes).leftPadded(to: 12) + Format.decimals(plan.bitsPerWeight, 3).leftPadded(to: 8)
            + "  of \(Format.bytes(plan.sourceBytes))"
        return ([header] + lines + [total]).joined(separator: "\n") + "\n"
    }
}

extension QuantizationFormat: ExpressibleByArgument {}

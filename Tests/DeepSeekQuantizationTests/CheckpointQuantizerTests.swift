import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import DeepSeekTokenizer
import Foundation
import GGUFTestFiles
import Testing

/// Writing: whole or not at all, and from where it was cut off.
struct CheckpointQuantizerTests {
    struct Interruption: Error {}

    private let folder: TemporaryFolder
    private let trial: TrialModel

    init() throws {
        folder = try TemporaryFolder()
        trial = try TrialModel(in: folder.file("source"))
    }

    /// With shards that hold a few tensors.
    private func quantizer(_ format: QuantizationFormat, of checkpoint: Checkpoint? = nil) throws -> CheckpointQuantizer
    {
        var quantizer = try CheckpointQuantizer(checkpoint ?? trial.checkpoint, format: format)
        quantizer.maximumShardBytes = 50_000
        return quantizer
    }

    /// Cuts a run off when so much of it is done.
    private func cutOff(_ quantizer: CheckpointQuantizer, at share: Double = 0.6, _ name: String = "out") {
        #expect(throws: Interruption.self) {
            try quantizer.write(to: folder.file(name)) { progress in
                guard Double(progress.weights) < share * Double(progress.totalWeights) else { throw Interruption() }
            }
        }
    }

    private func files(_ name: String) throws -> [String: Data] {
        let path = folder.file(name)
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(path)/\($0)"))) })
    }

    @Test(arguments: QuantizationFormat.allCases) func aRunThatWasCutOffGoesOn(format: QuantizationFormat) throws {
        let quantizer = try quantizer(format)
        let whole = try quantizer.write(to: folder.file("whole"))
        #expect(whole.resumption == .nothing && whole.computedWeights == quantizer.plan.weights)
        cutOff(quantizer)
        // Nothing has appeared, and what waits does not open.
        #expect(try folder.contents() == [".out.partial", "source", "whole"])
        #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder.file("out")) }
        #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder.file(".out.partial")) }

        let rest = try quantizer.write(to: folder.file("out"))
        guard case .shards(let count) = rest.resumption else {
            Issue.record("it began anew: \(rest.resumption)")
            return
        }
        #expect(count >= 2 && rest.computedWeights > 0 && rest.computedWeights < whole.computedWeights)
        let isEqual = try files("out") == files("whole")
        #expect(isEqual)
        #expect(try folder.contents() == ["out", "source", "whole"])
    }

    /// Shards of another format or source are worth nothing.
    @Test func anotherPlanBeginsAnew() throws {
        cutOff(try quantizer(.int8))
        let other = try quantizer(.int4).write(to: folder.file("out"))
        #expect(other.resumption == .otherPlan && other.computedWeights == other.plan.weights)
        cutOff(try quantizer(.int8), "again")
        let changed = try TrialModel(in: folder.file("changed")).checkpoint
        #expect(try quantizer(.int8, of: changed).write(to: folder.file("again")).resumption == .otherPlan)
        cutOff(try quantizer(.int8), "third")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: folder.file("source/model.safetensors"))
        #expect(try quantizer(.int8).write(to: folder.file("third")).resumption == .otherPlan)
    }

    @Test func aDamagedShardIsWrittenAgain() throws {
        let quantizer = try quantizer(.int4)
        try quantizer.write(to: folder.file("whole"))
        cutOff(quantizer)
        let partial = folder.file(".out.partial")
        let shards = try FileManager.default.contentsOfDirectory(atPath: partial).filter {
            $0.hasSuffix(".safetensors")
        }
        let path = "\(partial)/\(try #require(shards.min()))"
        try Data(contentsOf: URL(filePath: path)).dropLast(100).write(to: URL(filePath: path))
        let rest = try quantizer.write(to: folder.file("out"))
        #expect(rest.resumption == .shards(shards.count { !$0.hasPrefix(".") } - 1))
        let isEqual = try files("out") == files("whole")
        #expect(isEqual)
    }

    @Test func twoRunsDoNotWriteTheSameFolder() throws {
        let quantizer = try quantizer(.int8)
        var code: CheckpointError.Code?
        try quantizer.write(to: folder.file("out")) { _ in
            guard code == nil else { return }
            do { try quantizer.write(to: folder.file("out")) } catch let error as CheckpointError {
                code = error.code
                #expect(error.message.contains("another process is writing"))
            }
        }
        #expect(code == .writeFailed)
        // And a folder that holds something is left alone.
        let error = #expect(throws: CheckpointError.self) { try quantizer.write(to: folder.file("source")) }
        #expect(error?.message.contains("not empty") == true)
    }

    /// The same bytes whatever computes them.
    @Test(arguments: QuantizationFormat.allCases) func bytesDoNotDependOnTheMachine(format: QuantizationFormat) throws {
        var results: [[String: Data]] = []
        for (index, set) in InstructionSet.available.enumerated() {
            var quantizer = try quantizer(format)
            (quantizer.threads, quantizer.instructionSet) = (index + 1, set)
            try quantizer.write(to: folder.file(set.rawValue))
            results.append(try files(set.rawValue))
        }
        let areEqual = results.allSatisfy { $0 == results[0] }
        #expect(areEqual)
    }

    @Test func progressCountsEveryWeight() throws {
        var seen: [QuantizationProgress] = []
        let summary = try quantizer(.int4).write(to: folder.file("out")) { seen.append($0) }
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $0.weights < $1.weights && $0.seconds <= $1.seconds })
        #expect(seen.last?.weights == summary.plan.weights && seen.last?.totalWeights == summary.plan.weights)
        #expect(Set(seen.map(\.tensor)).count == trial.inventory.tensors.count)
    }

    /// A GGUF file with plain weights is a source as well, and gives its tokenizer; one that is low-bit is none.
    @Test func aGGUFFileIsASource() throws {
        let path = folder.file("model.gguf")
        try Data(GGUFTinyModel.llama().bytes).write(to: URL(filePath: path))
        try CheckpointQuantizer(Checkpoint(folder: path), format: .int8).write(to: folder.file("out"))
        #expect(try Tokenizer(folder: folder.file("out")).encode("ab").count == 1)
        #expect(try DecoderModel(Checkpoint(folder: folder.file("out"))).fastestArithmetic == .int8)
        try Data(GGUFTinyModel.llama(quantized: true).bytes).write(to: URL(filePath: path))
        let error = #expect(throws: QuantizationError.self) {
            try CheckpointQuantizer(Checkpoint(folder: path), format: .int8)
        }
        #expect(error?.code == .alreadyQuantized)
    }

    // MARK: Weights that do not fit

    @Test(arguments: QuantizationFormat.allCases, [Float.nan, .infinity, 1e30])
    func weightsThatDoNotFitAreRefused(format: QuantizationFormat, value: Float) throws {
        let name = "model.layers.1.mlp.experts.2.down_proj.weight"
        let source = try TrialModel(in: folder.file("bad")) { if $0 == name { $1[777] = value } }
        let quantizer = try CheckpointQuantizer(source.checkpoint, format: format)
        // float8 has a scale for every size.
        guard format != .fp8 || !value.isFinite else {
            try quantizer.write(to: folder.file("out"))
            return
        }
        let error = #expect(throws: QuantizationError.self) { try quantizer.write(to: folder.file("out")) }
        #expect(error?.code == .unfitWeight)
        #expect(error?.message.contains("\"\(name)\" of \(folder.file("bad"))") == true)
        // Not one shard was finished, and so nothing waits.
        #expect(try folder.contents() == ["bad", "source"])
    }

    @Test(arguments: [QuantizationFormat.int8, .int4]) func roundingTwiceIsRefused(format: QuantizationFormat) throws {
        try quantizer(format).write(to: folder.file("out"))
        let error = #expect(throws: QuantizationError.self) {
            try CheckpointQuantizer(Checkpoint(folder: folder.file("out")), format: .int4)
        }
        #expect(error?.code == .alreadyQuantized && error?.message.contains(format.rawValue) == true)
    }
}

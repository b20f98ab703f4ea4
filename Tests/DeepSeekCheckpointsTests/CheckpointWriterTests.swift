import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTensors
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct CheckpointWriterTests {
    private let folder: TemporaryFolder
    private let tensors = (0..<5).map { TensorDescription(name: "t\($0)", elementType: .float32, shape: [64]) }

    init() throws { folder = try TemporaryFolder() }

    private func bytes(_ index: Int) -> [UInt8] { [UInt8](repeating: UInt8(index), count: 256) }

    private func writeAll(_ writer: CheckpointWriter) throws {
        for index in tensors.indices { try bytes(index).withUnsafeBytes { try writer.write($0, to: "t\(index)") } }
    }

    @Test(arguments: [(512, 3), (100, 5), (1_000_000, 1)])
    func writesFoldersThatOpen(maximumShardBytes: Int, files: Int) throws {
        let source = folder.file("source")
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: false)
        try folder.write("tokens", as: "source/tokenizer.json")
        let path = folder.file("model/")
        let writer = try CheckpointWriter(
            folder: path, configuration: ["hidden_size": 64], generationConfiguration: ["temperature": 0.3],
            tensors: tensors, maximumShardBytes: maximumShardBytes)
        try writeAll(writer)
        try writer.copyFiles(from: source)
        #expect(!FileManager.default.fileExists(atPath: path))
        try writer.finish()
        #expect(try folder.contents() == ["model", "source"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).allSatisfy { !$0.hasPrefix(".") })

        let checkpoint = try Checkpoint(folder: path)
        #expect(checkpoint.configuration == ["hidden_size": 64])
        #expect(checkpoint.generationConfiguration == ["temperature": 0.3])
        #expect(checkpoint.files.count == files)
        for index in tensors.indices {
            #expect(Array(try checkpoint.tensor(named: "t\(index)", shape: [64]).bytes) == bytes(index))
        }
        #expect(try String(contentsOfFile: folder.file("model/tokenizer.json"), encoding: .utf8) == "tokens")
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(names.contains("model.safetensors.index.json") == (files > 1))
        #expect(names.contains("model.safetensors") == (files == 1))
        guard files > 1 else { return }
        let index = try Checkpoint.readJSON(path: folder.file("model/model.safetensors.index.json"))
        #expect(index["metadata"]?["total_size"] == 1280)
        #expect(index["weight_map"]?["t0"]?.string == "model-00001-of-0000\(files).safetensors")
    }

    @Test func nothingIsLeftOfAnUnfinishedFolder() throws {
        #expect(
            fails(.wrongByteCount, naming: "\"t4\"") {
                let writer = try CheckpointWriter(
                    folder: folder.file("model"), configuration: [:], tensors: tensors, maximumShardBytes: 512)
                for index in 0..<4 { try bytes(index).withUnsafeBytes { try writer.write($0, to: "t\(index)") } }
                try writer.finish()
            })
        #expect(try folder.contents() == [])
    }

    @Test func doesNotOverwriteAndDoesNotWriteElsewhere() throws {
        try folder.write("x", as: "present")
        #expect(
            fails(.writeFailed, naming: "not empty") {
                _ = try CheckpointWriter(folder: folder.path, configuration: [:], tensors: [])
            })
        let writer = try CheckpointWriter(folder: folder.file("model"), configuration: [:], tensors: [])
        #expect(fails(.writeFailed, naming: "../x") { try writer.writeJSON([:], as: "../x") })
        #expect(
            fails(.surplusTensor, naming: "\"t\"") { try bytes(0).withUnsafeBytes { try writer.write($0, to: "t") } })
    }

    /// A limit on the size of files makes the same system call fail that a full disk does.
    @Test func nothingIsLeftWhenTheDiskRefuses() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let folder = try TemporaryFolder()
            var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
            #if canImport(Glibc)
                try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            #else
                try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
            #endif
            let tensor = TensorDescription(name: "large", elementType: .uint8, shape: [200_000])
            let failed = fails(.writeFailed, naming: "model.safetensors") {
                let writer = try CheckpointWriter(
                    folder: folder.file("model"), configuration: [:], tensors: [tensor])
                try [UInt8](repeating: 0, count: 200_000).withUnsafeBytes { try writer.write($0, to: "large") }
            }
            try #require(failed)
            try #require(try folder.contents() == [])
        }
    }
}

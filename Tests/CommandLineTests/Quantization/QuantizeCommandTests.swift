import DeepSeekBenchmarking
import DeepSeekJSON
import Foundation
import Testing

/// `deepseek quantize` where disk and memory end.
struct QuantizeCommandTests {
    private func contents(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private func json(_ text: String) throws -> JSONValue { try JSONValue(parsing: text) }

    /// A limit on the size of files, in blocks of 512 bytes, stops writing in the middle as a full disk does.
    @Test(arguments: ["int8", "int4", "fp8"]) func aWriteThatFailsLeavesNothing(format: String) throws {
        let model = try TinyModel()
        let work = try TemporaryFolder()
        let result = try Shell.run(
            "trap '' XFSZ; ulimit -f 16; exec \"$1\" quantize \"$2\" \"$3\" --format \"$4\"", DeepSeekProgram.path,
            model.folder, work.path + "/out", format)
        #expect(result.isExit && result.status == 1)
        #expect(result.error.contains("/model.safetensors: cannot be written: File too large"), "\(result.error)")
        #expect(try contents(work.path) == [])
    }

    /// The disk is full, then it is not.
    @Test(.enabled(if: Shell.canMount, "needs unshare and tmpfs")) func aFullDiskLeavesNothingThatOpens() throws {
        let model = try TinyModel()
        let work = try TemporaryFolder()
        let result = try Shell.run(
            """
            exec unshare -rm sh -c '
              mount -t tmpfs -o size=16k none "$3" && cd "$3" || exit 9
              "$1" quantize "$2" out --format int8 && exit 9
              [ ! -e out ] || exit 9
              for left in .[!.]* *; do
                [ ! -e "$left" ] || ! "$1" inspect --model "$left" || exit 9
              done
              mount -o remount,size=10m none "$3" || exit 9
              "$1" quantize "$2" out --format int8 && "$1" generate --model out --ids "1 2" --max-tokens 1
            ' sh "$1" "$2" "$3"
            """, DeepSeekProgram.path, model.folder, work.path)
        #expect(result.isExit && result.status == 0, "\(result.error)")
        #expect(
            result.error.contains("No space left on device; free some space, or write to another disk"),
            "\(result.error)")
    }

    /// With 64 MB to allocate from, a model of 100 MB becomes smaller all the same: a piece of one tensor is in memory at a
    /// time, and the source is mapped.
    @Test func memoryDoesNotGrowWithTheModel() throws {
        let work = try TemporaryFolder()
        var configuration = TinyModel.configuration
        for (key, value) in [
            ("hidden_size", 1_024), ("intermediate_size", 4_096), ("vocab_size", 8_192), ("num_hidden_layers", 3),
            ("first_k_dense_replace", 3),
        ] { configuration[key] = .integer(value) }
        try RandomCheckpoint.write(.object(configuration), to: work.path + "/source")
        for format in ["int8", "int4", "fp8"] {
            let result = try Shell.run(
                "ulimit -d 65536; exec \"$1\" quantize \"$2/source\" \"$2/$3\" --format \"$3\" --threads 2 --json --quiet",
                DeepSeekProgram.path, work.path, format)
            #expect(result.isExit && result.status == 0, "\(result.error)")
            let report = try json(result.output)
            #expect((report["source_bytes"]?.integer ?? 0) > 100_000_000)
            #expect(report["computed_weights"] == report["weights"])
        }
        #expect(try contents(work.path) == ["fp8", "int4", "int8", "source"])
    }

    @Test func theTableCoversEveryWeight() throws {
        let model = try TinyModel()
        let dry = try DeepSeekProgram.run([
            "quantize", model.folder, model.folder + "-out", "--format", "int4", "--dry-run", "--json",
        ])
        let plan = try json(dry.output)
        let rules = try #require(plan["policy"]?.array)
        #expect(rules.reduce(0) { $0 + ($1["weights"]?.integer ?? 0) } == plan["weights"]?.integer)
        #expect(rules.reduce(0) { $0 + ($1["bytes"]?.integer ?? 0) } == plan["bytes"]?.integer)
        #expect(rules.allSatisfy { $0["reason"]?.string?.isEmpty == false })
        #expect(!FileManager.default.fileExists(atPath: model.folder + "-out"))
    }
}

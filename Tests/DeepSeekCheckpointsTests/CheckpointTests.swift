import DeepSeekCheckpoints
import DeepSeekJSON
import Testing

@Suite struct CheckpointTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        try folder.write("{}", as: "config.json")
    }

    /// A file of float32 vectors of two, one for each name.
    private func shard(_ names: String...) -> [UInt8] {
        let members = names.enumerated().map { index, name in
            #""\#(name)":{"dtype":"F32","shape":[2],"data_offsets":[\#(8 * index),\#(8 * index + 8)]}"#
        }
        return safetensors("{\(members.joined(separator: ","))}", dataCount: 8 * names.count)
    }

    private func writeIndex(_ map: String) throws {
        try folder.write(#"{"metadata":{"total_size":1},"weight_map":\#(map)}"#, as: "model.safetensors.index.json")
    }

    private func open() throws -> Checkpoint { try Checkpoint(folder: folder.path) }

    @Test func opensShardsOfAnyName() throws {
        try folder.write(shard("a", "b"), as: "model-00001-of-000002.safetensors")
        try folder.write(shard("c"), as: "other.safetensors")
        try writeIndex(
            #"{"a":"model-00001-of-000002.safetensors","b":"model-00001-of-000002.safetensors","c":"other.safetensors"}"#
        )
        let checkpoint = try open()
        #expect(checkpoint.tensorNames == ["a", "b", "c"])
        #expect(checkpoint.byteCount == 24)
        #expect(checkpoint.files.count == 2)
        #expect(checkpoint.tensor(named: "c")?.file == folder.file("other.safetensors"))
        #expect(checkpoint.generationConfiguration == nil)
    }

    @Test(arguments: [
        (#"{"a":"1.safetensors","b":"absent.safetensors"}"#, CheckpointError.Code.fileNotFound, "absent.safetensors"),
        (#"{"a":"1.safetensors"}"#, .surplusTensor, "\"both\""),
        (#"{"a":"1.safetensors","both":"1.safetensors","b":"2.safetensors"}"#, .duplicateTensor, "\"both\""),
        (#"{"a":"../1.safetensors"}"#, .malformed, "\"a\""), (#"{"a":".."}"#, .malformed, "\"a\""),
        (#"{"a":""}"#, .malformed, "\"a\""), (#"{"a":"/etc/passwd"}"#, .malformed, "\"a\""),
        (#"{"a":3}"#, .malformed, "\"a\""), ("[]", .malformed, "weight_map"),
    ])
    func refusesIndex(map: String, code: CheckpointError.Code, place: String) throws {
        try folder.write(shard("a", "both"), as: "1.safetensors")
        try folder.write(shard("b", "both"), as: "2.safetensors")
        try writeIndex(map)
        #expect(fails(code, naming: place, folder.path) { _ = try open() })
    }

    @Test func misplacedAndAbsentTensorsAreMissing() throws {
        try folder.write(shard("a", "b"), as: "1.safetensors")
        try folder.write(shard("c"), as: "2.safetensors")
        try writeIndex(#"{"a":"1.safetensors","b":"2.safetensors","c":"2.safetensors"}"#)
        #expect(fails(.missingTensor, naming: "\"b\"", "2.safetensors") { _ = try open() })
        try writeIndex(#"{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors","d":"1.safetensors"}"#)
        #expect(fails(.missingTensor, naming: "\"d\"", "1.safetensors") { _ = try open() })
    }

    @Test func checksWhatTheNetworkAsksFor() throws {
        let header =
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[1],"data_offsets":[8,16]}}"#
        try folder.write(safetensors(header, dataCount: 16), as: "model.safetensors")
        let checkpoint = try open()
        #expect(try checkpoint.tensor(named: "a", shape: [2]).count == 2)
        #expect(
            fails(.wrongShape, naming: "\"a\"", "[2]", "[1, 2]", "model.safetensors") {
                _ = try checkpoint.tensor(named: "a", shape: [1, 2])
            })
        #expect(
            fails(.missingTensor, naming: "\"b\"", "[3]", folder.path) {
                _ = try checkpoint.tensor(named: "b", shape: [3])
            })
        #expect(fails(.unsupportedType, naming: "\"n\"", "int64") { _ = try checkpoint.tensor(named: "n", shape: [1]) })
    }

    @Test func surplusTensorsAreNamedExceptIgnorableOnes() throws {
        try folder.write(
            shard("a", "lm_head.weight", "model.layers.0.self_attn.rotary_emb.inv_freq"), as: "model.safetensors")
        let checkpoint = try open()
        try checkpoint.refuseSurplus(expected: ["a", "lm_head.weight"])
        try checkpoint.refuseSurplus(expected: ["a"], ignorable: ["lm_head.weight"])
        #expect(
            fails(.surplusTensor, naming: "\"lm_head.weight\"", "model.safetensors") {
                try checkpoint.refuseSurplus(expected: ["a"])
            })
    }

    @Test func tensorsOutliveTheCheckpoint() throws {
        try folder.write(shard("a"), as: "model.safetensors")
        let tensor = try #require(try open().tensor(named: "a"))
        withExtendedLifetime(tensor) { #expect(Array($0.bytes) == Array(0..<8)) }
    }

    @Test func refusesFoldersThatAreNotModels() throws {
        #expect(fails(.fileNotFound, naming: "model.safetensors", "pytorch_model.bin") { _ = try open() })
        try folder.write("[]", as: "config.json")
        #expect(fails(.malformed, naming: "config.json", "an array") { _ = try open() })
        try folder.write("{", as: "config.json")
        #expect(fails(.truncated, naming: "config.json", "line 1") { _ = try open() })
        #expect(
            fails(.fileNotFound, naming: "absent/config.json") {
                _ = try Checkpoint(folder: folder.file("absent"))
            })
        #expect(
            fails(.tooLarge, naming: "config.json") {
                _ = try Checkpoint.readJSON(path: folder.file("config.json"), maximumBytes: 0)
            })
    }
}

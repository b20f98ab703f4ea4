import DeepSeekCheckpoints
import DeepSeekTensors
import Foundation
import Testing

@Suite(.enabled(if: Python.hasTorch, Python.torchReason)) struct TorchCheckpointTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func python(_ code: String) throws {
        let result = try Python.run("import sys, torch, collections; f = sys.argv[1]\n" + code, folder.path)
        try #require(result.status == 0, "\(result.output)")
    }

    @Test func readsWhatTorchSaves() throws {
        try folder.write("{}", as: "config.json")
        try python(
            """
            a = torch.arange(6, dtype=torch.float32).reshape(2, 3)
            d = collections.OrderedDict(a=a, view=a[1], tied=a, half=torch.tensor([1.5, -2]).half(),
                brain=torch.tensor([1.0]).bfloat16(), parameter=torch.nn.Parameter(torch.ones(2, 2)),
                long=torch.tensor(-7), int=torch.tensor([1], dtype=torch.int32),
                short=torch.tensor([2], dtype=torch.int16), char=torch.tensor([-1], dtype=torch.int8),
                byte=torch.tensor([255], dtype=torch.uint8), flag=torch.tensor([True]), none=torch.zeros(0, 4))
            d.update({f"layer.{i}": torch.full((2,), float(i)) for i in range(3000)})
            d._metadata = collections.OrderedDict({"": {"version": 1}})
            torch.save(d, f + "/pytorch_model.bin")
            """)
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(checkpoint.tensorNames.count == 3013)
        let a = try checkpoint.tensor(named: "a", shape: [2, 3])
        #expect(Array(a.bytes.bindMemory(to: Float.self)) == [0, 1, 2, 3, 4, 5])
        let view = try checkpoint.tensor(named: "view", shape: [3])
        #expect(view.bytes.baseAddress == a.bytes.baseAddress.map { $0 + 12 })
        #expect(try checkpoint.tensor(named: "tied", shape: [2, 3]).bytes.baseAddress == a.bytes.baseAddress)
        #expect(Array(try checkpoint.tensor(named: "half", shape: [2]).bytes) == [0x00, 0x3E, 0x00, 0xC0])
        #expect(Array(try checkpoint.tensor(named: "brain", shape: [1]).bytes) == [0x80, 0x3F])
        #expect(try checkpoint.tensor(named: "parameter", shape: [2, 2]).elementType == .float32)
        #expect(Array(try #require(checkpoint.tensor(named: "long")).bytes.bindMemory(to: Int64.self)) == [-7])
        let types: [String: ElementType] = [
            "int": .int32, "short": .int16, "char": .int8, "byte": .uint8, "flag": .bool, "none": .float32,
        ]
        for (name, type) in types { #expect(checkpoint.tensor(named: name)?.elementType == type) }
        for index in 0..<3000 {
            let tensor = try checkpoint.tensor(named: "layer.\(index)", shape: [2])
            #expect(Array(tensor.bytes.bindMemory(to: Float.self)) == [Float(index), Float(index)])
        }
    }

    @Test func readsShards() throws {
        try folder.write("{}", as: "config.json")
        try python(
            """
            for i in (1, 2): torch.save({f"w{i}": torch.ones(i)}, f"{f}/pytorch_model-0000{i}-of-00002.bin")
            """)
        try folder.write(
            #"{"weight_map":{"w1":"pytorch_model-00001-of-00002.bin","w2":"pytorch_model-00002-of-00002.bin"}}"#,
            as: "pytorch_model.bin.index.json")
        #expect(try Checkpoint(folder: folder.path).tensorNames == ["w1", "w2"])
    }

    @Test func refusesWhatIsNotPlainTensors() throws {
        let cases: [(value: String, code: CheckpointError.Code, place: String)] = [
            ("torch.ones(2, 3).t()", .unsupportedFormat, "contiguous"),
            ("torch.ones(1).expand(1000)", .unsupportedFormat, "contiguous"),
            ("torch.ones(1).double()", .unsupportedType, "DoubleStorage"), ("3", .unsupportedFormat, "\"w\""),
            ("[torch.ones(1)]", .unsafePickle, "instruction"),
            ("torch.nn.Linear(1, 1)", .unsafePickle, "torch.nn.modules.linear.Linear"),
            ("torch.ones(1).to_sparse()", .unsafePickle, "_rebuild_sparse_tensor"),
        ]
        let values = cases.map(\.value).joined(separator: ", ")
        try python("for i, v in enumerate([\(values)]): torch.save({'w': v}, f'{f}/{i}.bin')")
        for (index, expected) in cases.enumerated() {
            #expect(
                fails(expected.code, naming: expected.place, "\(index).bin") {
                    _ = try TensorFile(path: folder.file("\(index).bin"), format: .pytorch)
                }, "\(expected.value)")
        }
    }

    @Test func refusesTheLegacyLayout() throws {
        try python("torch.save({'w': torch.ones(1)}, f + '/x.bin', _use_new_zipfile_serialization=False)")
        #expect(
            fails(.unsupportedFormat, naming: "zip") {
                _ = try TensorFile(path: folder.file("x.bin"), format: .pytorch)
            })
    }
}

import DeepSeekCheckpoints
import DeepSeekTensors
import Foundation
import Testing

@Suite struct SafetensorsWriterTests {
    private let folder: TemporaryFolder
    private let tensors = [
        TensorDescription(name: "byte", elementType: .uint8, shape: [3]),
        TensorDescription(name: "half \"quoted\" 语", elementType: .float16, shape: [5]),
        TensorDescription(name: "none", elementType: .float32, shape: [0, 4]),
        TensorDescription(name: "block", elementType: .int8, shape: [2, 64]),
        TensorDescription(name: "number", elementType: .int64, shape: []),
        TensorDescription(name: "single", elementType: .float32, shape: [3, 3]),
    ]

    init() throws { folder = try TemporaryFolder() }

    private func bytes(_ tensor: TensorDescription) -> [UInt8] {
        let count = tensor.shape.reduce(tensor.elementType.size, *)
        return (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ tensor.name.utf8.count) }
    }

    @Test func writesWhatIsReadBackAligned() throws {
        let path = folder.file("x.safetensors")
        let writer = try SafetensorsWriter(path: path, tensors: tensors, metadata: ["by": "test"])
        for tensor in tensors.reversed() {
            let bytes = bytes(tensor)
            try bytes.prefix(2).withUnsafeBytes { try writer.write($0, to: tensor.name) }
            try bytes.dropFirst(2).withUnsafeBytes { try writer.write($0, to: tensor.name) }
        }
        #expect(try folder.contents().allSatisfy { $0 != "x.safetensors" })
        try writer.finish()
        #expect(try folder.contents() == ["x.safetensors"])

        let file = try TensorFile(path: path)
        #expect(file.metadata == ["by": "test", "format": "pt"])
        #expect(file.tensorNames == tensors.map(\.name).sorted())
        for tensor in tensors {
            let stored = try #require(file.tensor(named: tensor.name))
            #expect(TensorDescription(stored) == tensor)
            #expect(Array(stored.bytes) == bytes(tensor))
        }
        let header = try parseSafetensors(Array(Data(contentsOf: URL(filePath: path))))
        #expect(header.tensors.first?.range.lowerBound.isMultiple(of: 64) == true)
        #expect(header.tensors.allSatisfy { $0.range.lowerBound.isMultiple(of: $0.elementType.size) })
        let block = header.tensors.first { $0.name == "block" }
        #expect(block?.range.lowerBound.isMultiple(of: 64) == true)
    }

    @Test(.enabled(if: Python.hasSafetensors, Python.safetensorsReason))
    func theReferenceImplementationReadsIt() throws {
        let path = folder.file("x.safetensors")
        let writer = try SafetensorsWriter(path: path, tensors: tensors)
        for tensor in tensors { try bytes(tensor).withUnsafeBytes { try writer.write($0, to: tensor.name) } }
        try writer.finish()
        let result = try Python.run(
            """
            import sys; from safetensors.numpy import load_file
            for name, value in sorted(load_file(sys.argv[1]).items()):
                print(name, value.dtype, list(value.shape), value.tobytes().hex())
            """, path)
        let expected = [
            ("byte", "uint8", "[3]"), ("half \"quoted\" 语", "float16", "[5]"), ("none", "float32", "[0, 4]"),
            ("block", "int8", "[2, 64]"), ("number", "int64", "[]"), ("single", "float32", "[3, 3]"),
        ]
        let lines = zip(expected, tensors).map { line, tensor in
            let digits = bytes(tensor).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return "\(line.0) \(line.1) \(line.2) \(digits)\n"
        }
        #expect(result.status == 0)
        #expect(result.output == lines.sorted().joined())
    }

    @Test(.enabled(if: Python.hasSafetensors, Python.safetensorsReason))
    func readsWhatTheReferenceImplementationWrites() throws {
        let path = folder.file("y.safetensors")
        let result = try Python.run(
            """
            import sys, numpy as np; from safetensors.numpy import save_file
            save_file({"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([True, False]),
                "c": np.array(7, dtype=np.int16), "d": np.zeros((0, 2), dtype=np.float16)}, sys.argv[1], {"k": "v"})
            """, path)
        #expect(result.status == 0, "\(result.output)")
        let file = try TensorFile(path: path)
        #expect(file.metadata == ["k": "v"])
        let a = try #require(file.tensor(named: "a"))
        #expect(a.shape == [2, 3])
        #expect(Array(a.bytes.bindMemory(to: Float.self)) == [0, 1, 2, 3, 4, 5])
        #expect(file.tensor(named: "b")?.elementType == .bool)
        #expect(file.tensor(named: "c")?.shape == [])
        #expect(file.tensor(named: "d")?.count == 0)
    }

    @Test func wrongUseIsAnErrorAndLeavesNothing() throws {
        let path = folder.file("x.safetensors")
        func write(_ tensors: [TensorDescription], _ body: (SafetensorsWriter) throws -> Void) throws {
            try body(SafetensorsWriter(path: path, tensors: tensors))
        }
        let vector = TensorDescription(name: "v", elementType: .float32, shape: [2])
        let eight = [UInt8](repeating: 1, count: 8)
        #expect(fails(.wrongByteCount, naming: "\"v\"", "0 of its 8") { try write([vector]) { try $0.finish() } })
        #expect(
            fails(.wrongByteCount, naming: "\"v\"") {
                try write([vector]) { writer in
                    for _ in 0..<2 { try eight.withUnsafeBytes { try writer.write($0, to: "v") } }
                }
            })
        #expect(
            fails(.surplusTensor, naming: "\"w\"") {
                try write([vector]) { writer in try eight.withUnsafeBytes { try writer.write($0, to: "w") } }
            })
        #expect(fails(.duplicateTensor, naming: "\"v\"") { try write([vector, vector]) { _ in } })
        let taken = TensorDescription(name: "__metadata__", elementType: .int8, shape: [])
        #expect(fails(.duplicateTensor, naming: "__metadata__") { try write([taken]) { _ in } })
        for shape in [[-1], [Int.max, 2]] {
            let tensor = TensorDescription(name: "t", elementType: .int8, shape: shape)
            #expect(fails(.wrongShape, naming: "\"t\"") { try write([tensor]) { _ in } })
        }
        #expect(
            fails(.writeFailed, naming: "absent/x") {
                _ = try SafetensorsWriter(path: folder.file("absent/x"), tensors: [])
            })
        #expect(try folder.contents() == [])
    }
}

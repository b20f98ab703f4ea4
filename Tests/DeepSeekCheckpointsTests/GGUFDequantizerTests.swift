import DeepSeekCheckpoints
import DeepSeekTensors
import Foundation
import Testing

/// The quantised types against the Python package that belongs to the format.
@Suite(.enabled(if: Python.hasGGUF, Python.ggufReason)) struct GGUFDequantizerTests {
    @Test(arguments: GGUFType.allCases) func givesWhatThePackageGives(type: GGUFType) throws {
        let folder = try TemporaryFolder()
        let blocks = GGUFBlocks.random(type, count: 64, seed: UInt64(type.rawValue) + 1)
        try folder.write(blocks, as: "blocks")
        let result = try Python.run(
            """
            import sys, numpy as np, gguf
            folder, kind, size = sys.argv[1], gguf.GGMLQuantizationType[sys.argv[2]], int(sys.argv[3])
            assert gguf.GGML_QUANT_SIZES[kind][1] == size and int(kind) == int(sys.argv[4])
            blocks = np.fromfile(folder + "/blocks", dtype=np.uint8).reshape(-1, size)
            gguf.dequantize(blocks, kind).astype(np.float32).tofile(folder + "/values")
            """, folder.path, type.name, String(type.blockBytes), String(type.rawValue))
        try #require(result.status == 0, "\(result.output)")
        let data = try Data(contentsOf: URL(filePath: folder.file("values")))
        let expected = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
        #expect(expected.count == 64 * type.blockElements)
        #expect(GGUFBlocks.values(blocks, type) == expected)
    }
}

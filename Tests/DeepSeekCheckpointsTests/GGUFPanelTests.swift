import DeepSeekCheckpoints
import DeepSeekTensors
import GGUFTestFiles
import Testing

/// Quantised weights as the network gets them, against what the file says they are.
struct GGUFPanelTests {
    private static let rows = 37
    private static let columns = 768

    /// A file with one matrix `[37, 768]`, the last feed-forward one of a layer that is otherwise tiny.
    private func tensor(_ type: GGUFType, _ blocks: [UInt8]) throws -> StoredTensor {
        let folder = try TemporaryFolder()
        var file = GGUFTinyModel.llama()
        file.tensors.append(
            .init("blk.7.ffn_down.weight", [Self.rows, Self.columns], type: type.rawValue, blocks))
        let checkpoint = try Checkpoint(folder: folder.write(file.bytes, as: "model.gguf"))
        let name = "model.layers.7.mlp.down_proj.weight"
        return try #require(checkpoint.tensor(named: type.packedFormat?.tensorName(of: name) ?? name))
    }

    @Test(arguments: GGUFType.allCases.filter { $0.packedFormat != nil })
    func panelsHoldTheWeights(type: GGUFType) throws {
        let format = try #require(type.packedFormat)
        let blocks = GGUFBlocks.random(
            type, count: Self.rows * Self.columns / type.blockElements, seed: 100 + UInt64(type.rawValue))
        let expected = GGUFBlocks.values(blocks, type)
        let tensor = try tensor(type, blocks)
        #expect(tensor.isAnonymous && tensor.elementType == .uint8)
        #expect(tensor.shape == [3, format.panelBytes(columns: Self.columns)])
        #expect(tensor.bytes.count == tensor.byteCount)
        let found = unpacked(tensor, format)
        for row in 0..<Self.rows {
            for group in stride(from: row * Self.columns, to: (row + 1) * Self.columns, by: 32) {
                let largest = expected[group..<group + 32].reduce(0) { max($0, abs($1)) }
                for index in group..<group + 32 {
                    let error = abs(found[index] - expected[index])
                    #expect(error <= tolerance(type, largest), "row \(row), element \(index - row * Self.columns)")
                }
            }
        }
        // The rows that the last panel lacks.
        #expect(found[(Self.rows * Self.columns)...].allSatisfy { $0 == 0 })
    }

    private func tolerance(_ type: GGUFType, _ largest: Float) -> Float {
        switch type {
        case .q4_0, .q4_1, .q5_0, .q8_0: 0
        // Two float16 roundings: of at most 15 scales and of the minimum, which may cancel.
        case .q4_K: 0.03 * 63 * 15 / 2048
        default: largest / 250
        }
    }

    @Test func q4KIsNearlyExact() throws {
        let blocks = GGUFBlocks.random(.q4_K, count: Self.rows * Self.columns / 256, seed: 5)
        let expected = GGUFBlocks.values(blocks, .q4_K)
        let found = unpacked(try tensor(.q4_K, blocks), .int4Wide)
        let (error, size) = zip(expected, found).reduce(into: (Double(0), Double(0))) { sums, pair in
            sums.0 += Double(pair.0 - pair.1) * Double(pair.0 - pair.1)
            sums.1 += Double(pair.0) * Double(pair.0)
        }
        #expect(error < 1e-7 * size)
    }

    /// The kernels' integers end at −127; llama.cpp does not write −128, but a file may hold it.
    @Test func q8WithItsLowestNumberIsRounded() throws {
        var blocks = GGUFBlocks.random(.q8_0, count: Self.rows * Self.columns / 32, seed: 6)
        for block in stride(from: 0, to: blocks.count, by: 34) { blocks[block + 2] = 0x80 }
        let expected = GGUFBlocks.values(blocks, .q8_0)
        let found = unpacked(try tensor(.q8_0, blocks), .int8)
        for (index, value) in expected.enumerated() {
            #expect(abs(found[index] - value) <= abs(expected[index / 32 * 32]) / 250)
        }
    }

    /// Broken scales make broken weights, and nothing else.
    @Test(arguments: GGUFType.allCases.filter { $0.packedFormat != nil })
    func scalesThatAreNotNumbersDoNoHarm(type: GGUFType) throws {
        var blocks = GGUFBlocks.random(type, count: Self.rows * Self.columns / type.blockElements, seed: 7)
        for index in blocks.indices where index % 3 == 0 { blocks[index] = 0xFF }
        #expect(try tensor(type, blocks).bytes.isEmpty == false)
    }

    @Test(arguments: [GGUFType.f32, .f16, .bf16]) func plainWeightsStayWhereTheyLie(type: GGUFType) throws {
        let blocks = GGUFBlocks.random(type, count: Self.rows * Self.columns, seed: 8)
        let tensor = try tensor(type, blocks)
        #expect(!tensor.isAnonymous && tensor.elementType == type.elementType)
        #expect(tensor.shape == [Self.rows, Self.columns] && Array(tensor.bytes) == blocks)
    }

    private func unpacked(_ tensor: StoredTensor, _ format: PackedFormat) -> [Float] {
        let kernels = PackedKernels(.scalar)
        let panels = PackedFormat.panels(rows: Self.rows)
        return [Float](unsafeUninitializedCapacity: panels * 16 * Self.columns) { buffer, count in
            count = buffer.count
            guard let base = buffer.baseAddress, let bytes = tensor.bytes.baseAddress else { return }
            for half in 0..<(2 * panels) {
                let panel = bytes + half / 2 * format.panelBytes(columns: Self.columns)
                kernels.unpackRows(
                    format, panel.assumingMemoryBound(to: UInt8.self), columns: Self.columns, half: half % 2,
                    base + half * 8 * Self.columns)
            }
        }
    }
}

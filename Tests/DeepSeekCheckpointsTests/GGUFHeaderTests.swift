import DeepSeekCheckpoints
import GGUFTestFiles
import Testing

/// Files that are broken, cut, mislabelled or too new: errors that say so.
struct GGUFHeaderTests {
    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let code: CheckpointError.Code
        let word: String
        let damage: @Sendable (inout GGUFBytes) -> Void

        var testDescription: String { name }

        init(
            _ name: String, _ code: CheckpointError.Code, _ word: String,
            _ damage: @escaping @Sendable (inout GGUFBytes) -> Void
        ) {
            self.name = name
            self.code = code
            self.word = word
            self.damage = damage
        }
    }

    private static let q = "tensor \"token_embd.weight\""

    static let broken = [
        Broken("safetensors named .gguf", .malformed, "not a GGUF file") { $0.magic = [0x40, 0, 0, 0] },
        Broken("version 1", .unsupportedFormat, "version 1") { $0.version = 1 },
        Broken("a newer version", .unsupportedFormat, "version 4, and versions 2 and 3") { $0.version = 4 },
        Broken("big-endian", .unsupportedFormat, "big-endian") { $0.version = UInt32(3).byteSwapped },
        Broken("too many tensors", .truncated, "tensors, more than") { $0.tensorCount = 1 << 60 },
        Broken("too much metadata", .truncated, "metadata values, more than") { $0.metadataCount = .max },
        Broken("one tensor too many", .malformed, "dimensions") { $0.tensorCount = 12 },
        Broken("a type of metadata", .malformed, "type 13") { $0.metadata.append(("x", .raw(13, []))) },
        Broken("a list of lists", .unsupportedFormat, "list of lists") {
            $0.metadata.append(("x", .raw(9, GGUFBytes.little(UInt32(9)) + GGUFBytes.little(UInt64(0)))))
        },
        Broken("an endless list", .truncated, "elements of metadata \"x\"") {
            $0.metadata.append(("x", .raw(9, GGUFBytes.little(UInt32(10)) + GGUFBytes.little(UInt64(1) << 61))))
        },
        Broken("an endless string", .truncated, "bytes of metadata \"x\"") {
            $0.metadata.append(("x", .raw(8, GGUFBytes.little(UInt64.max))))
        },
        Broken("a key twice", .malformed, "second time") { $0.metadata.append(("llama.block_count", .uint32(1))) },
        Broken("alignment 0", .malformed, "power of two") { $0.metadata.append(("general.alignment", .uint32(0))) },
        Broken("alignment 48", .malformed, "power of two") { $0.metadata.append(("general.alignment", .uint32(48))) },
        Broken("a tensor twice", .duplicateTensor, "second time") { $0.tensors.append($0.tensors[0]) },
        Broken("five dimensions", .malformed, "5 dimensions") { $0.tensors[0].shape = [1, 1, 1, 8, 32] },
        Broken("no dimensions", .malformed, "0 dimensions") { $0.tensors[0].shape = [] },
        Broken("an extent of 0", .malformed, q) { $0.tensors[0].shape = [0, 32] },
        Broken("a negative extent", .malformed, q) { $0.tensors[0].shape = [-8, 32] },
        Broken("larger than any file", .malformed, "larger than any file") {
            $0.tensors[0].shape = [1 << 40, 1 << 40]
        },
        Broken("Q2_K", .unsupportedType, "Q2_K, which is not read here") { $0.tensors[0].type = 10 },
        Broken("no such type", .unsupportedType, "number 99") { $0.tensors[0].type = 99 },
        Broken("half a block", .wrongShape, "cannot be Q4_K, which comes in blocks of 256") { $0.tensors[0].type = 12 },
        Broken("more rows than bytes", .truncated, "ends before") { $0.tensors[10].shape = [1 << 30] },
        Broken("an offset off the grid", .malformed, "not aligned to 32") { $0.tensors[0].offset = 4 },
        Broken("an offset beyond the file", .truncated, "ends before") { $0.tensors[0].offset = 1 << 40 },
        Broken("an offset beyond any file", .malformed, "beyond any file") { $0.tensors[0].offset = .max - 31 },
        Broken("two tensors in one place", .overlapping, "claim the same bytes") { $0.tensors[1].offset = 0 },
    ]

    @Test(arguments: broken) func isRefused(broken: Broken) {
        var file = GGUFTinyModel.llama()
        broken.damage(&file)
        let bytes = file.bytes
        let error = #expect(throws: CheckpointError.self) {
            try bytes.withUnsafeBytes { try GGUFHeader.parse($0, path: "model.gguf") }
        }
        #expect(error?.code == broken.code && error?.path == "model.gguf", "\(error?.description ?? "")")
        #expect(error?.message.contains(broken.word) == true, "\(error?.description ?? "")")
    }

    @Test func everyCutIsRefused() {
        let bytes = GGUFTinyModel.llama(quantized: true).bytes
        for count in stride(from: 0, to: bytes.count - 128, by: 7) {
            let error = #expect(throws: CheckpointError.self) {
                try bytes[..<count].withUnsafeBytes { try GGUFHeader.parse($0, path: "x") }
            }
            #expect(error?.code == (count < 4 ? .malformed : .truncated), "\(count): \(error?.description ?? "")")
        }
    }

    @Test func versionTwoIsRead() throws {
        var file = GGUFTinyModel.llama()
        file.version = 2
        let bytes = file.bytes
        let header = try bytes.withUnsafeBytes { try GGUFHeader.parse($0, path: "x") }
        #expect(header.tensors.count == 11)
        #expect(header.tensors.first?.shape == [8, 32])
        #expect(header.metadata["llama.attention.layer_norm_rms_epsilon"] == .number(1e-5))
    }

    @Test func anotherAlignmentIsKept() throws {
        var file = GGUFTinyModel.llama()
        file.alignment = 256
        file.metadata.append(("general.alignment", .uint32(256)))
        let bytes = file.bytes
        let header = try bytes.withUnsafeBytes { try GGUFHeader.parse($0, path: "x") }
        #expect(header.tensors.allSatisfy { $0.range.lowerBound.isMultiple(of: 256) })
    }
}

import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekTensors
import Testing

@Suite struct CheckpointFuzzTests {
    @Test func mutatedSafetensorsAreSoundOrRefused() {
        var mutator = Mutator(seed: 11)
        let header = Array(
            (#"{"__metadata__":{"format":"pt"},"a.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"#
                + #""b":{"dtype":"BF16","shape":[4],"data_offsets":[24,32]},"c":{"dtype":"I64","shape":[],"#
                + #""data_offsets":[32,40]}}"#).utf8)
        let data = [UInt8](repeating: 7, count: 40)
        var accepted = 0
        for _ in 0..<Mutator.iterations {
            // Now the header with its length kept true, now the whole file with the length field.
            let bytes: [UInt8]
            if mutator.below(2) == 0 {
                let text = mutator.mutate(header)
                bytes = little(UInt64(text.count)) + text + data
            } else {
                bytes = mutator.mutate(little(UInt64(header.count)) + header + data)
            }
            let parsed = bytes.withUnsafeBytes { bytes in
                try? SafetensorsHeader.parse(bytes, fileSize: bytes.count, path: "x")
            }
            guard let parsed else { continue }
            accepted += 1
            expectSound(parsed.tensors, in: bytes)
            #expect(parsed.tensors.reduce(0) { $0 + $1.range.count } <= bytes.count - 8)
        }
        #expect(accepted > 0)
    }

    @Test func mutatedIndexesAreSoundOrRefused() {
        var mutator = Mutator(seed: 12)
        let sound = Array(
            (#"{"metadata":{"total_size":10},"weight_map":{"a":"model-00001-of-00002.safetensors","#
                + #""b":"model-00002-of-00002.safetensors"}}"#).utf8)
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.mutate(sound)
            guard let json = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }),
                let index = try? CheckpointIndex(json, path: "x")
            else { continue }
            #expect(index.shards.allSatisfy { !$0.isEmpty && $0 != ".." && !$0.utf8.contains(UInt8(ascii: "/")) })
            // Shards that hold what the index says pass, whatever the index says.
            var names: [String: Set<String>] = [:]
            for (tensor, shard) in index.shardOfTensor { names[shard, default: []].insert(tensor) }
            #expect(throws: Never.self) { try index.check(names, path: "x") }
        }
    }

    @Test func mutatedArchivesAreSoundOrRefused() {
        var mutator = Mutator(seed: 13)
        let pickle = Self.pickle
        let archive = Self.archive(pickle)
        var accepted = 0
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.below(2) == 0 ? Self.archive(mutator.mutate(pickle)) : mutator.mutate(archive)
            let places = bytes.withUnsafeBytes { bytes in try? PyTorchArchive.parse(bytes, path: "x") }
            guard let places else { continue }
            accepted += 1
            expectSound(places, in: bytes)
        }
        #expect(accepted > 0)
    }

    private func expectSound(_ places: [TensorPlace], in bytes: [UInt8]) {
        for place in places {
            #expect(place.range.lowerBound >= 0 && place.range.upperBound <= bytes.count)
            #expect(
                place.storage.lowerBound <= place.range.lowerBound && place.range.upperBound <= place.storage.upperBound
            )
            #expect(place.elementType.byteCount(shape: place.shape) == place.range.count)
        }
    }

    /// A dictionary of two views into one storage of six float32, as `torch.save` describes it.
    private static var pickle: [UInt8] {
        func string(_ text: String) -> [UInt8] {
            [UInt8(ascii: "X")] + little(UInt32(text.utf8.count)) + Array(text.utf8)
        }
        var bytes: [UInt8] = [0x80, 2] + Array("}q".utf8) + [0] + Array("(".utf8)
        for (name, offset) in [("a", UInt8(0)), ("b", 2)] {
            bytes += string(name) + Array("ctorch._utils\n_rebuild_tensor_v2\n((".utf8) + string("storage")
            bytes += Array("ctorch\nFloatStorage\n".utf8) + string("0") + string("cpu") + [UInt8(ascii: "K"), 6]
            bytes += Array("tQK".utf8) + [offset] + Array("K".utf8) + [2, UInt8(ascii: "K"), 2, 0x86]
            bytes +=
                Array("K".utf8) + [2, UInt8(ascii: "K"), 1, 0x86, 0x89] + Array("ccollections\nOrderedDict\n)RtR".utf8)
        }
        return bytes + Array("u.".utf8)
    }

    private static func archive(_ pickle: [UInt8]) -> [UInt8] {
        var archive: [UInt8] = []
        var directory: [UInt8] = []
        let entries = [("m/data.pkl", pickle), ("m/data/0", [UInt8](repeating: 1, count: 24))]
        for (name, contents) in entries {
            let start = UInt32(archive.count)
            let sizes =
                little(UInt32(contents.count)) + little(UInt32(contents.count)) + little(UInt16(name.utf8.count))
            archive += little(UInt32(0x0403_4B50)) + [UInt8](repeating: 0, count: 14) + sizes + little(UInt16(0))
            archive += Array(name.utf8) + contents
            directory += little(UInt32(0x0201_4B50)) + [UInt8](repeating: 0, count: 16) + sizes
            directory += [UInt8](repeating: 0, count: 12) + little(start) + Array(name.utf8)
        }
        let start = UInt32(archive.count)
        archive += directory + little(UInt32(0x0605_4B50)) + little(UInt32(0)) + little(UInt16(2)) + little(UInt16(2))
        return archive + little(UInt32(directory.count)) + little(start) + little(UInt16(0))
    }
}

private func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
}

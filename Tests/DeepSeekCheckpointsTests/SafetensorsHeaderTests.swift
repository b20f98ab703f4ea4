import DeepSeekCheckpoints
import DeepSeekTensors
import Testing

@Suite struct SafetensorsHeaderTests {
    @Test func readsTensorsInTheOrderOfTheirPlaces() throws {
        let header = try parseSafetensors(
            safetensors(
                #"{"b":{"dtype":"BF16","shape":[3],"data_offsets":[8,14]},"__metadata__":{"format":"pt"},"#
                    + #""a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"#
                    + #""e":{"dtype":"I64","shape":[0,5],"data_offsets":[14,14]},"#
                    + #""s":{"dtype":"U8","shape":[],"data_offsets":[14,15]}}  "#, dataCount: 15))
        #expect(header.metadata == ["format": "pt"])
        #expect(header.tensors.map(\.name) == ["a", "b", "e", "s"])
        #expect(header.tensors.map(\.elementType) == [.float32, .bfloat16, .int64, .uint8])
        #expect(header.tensors.map(\.shape) == [[2, 1], [3], [0, 5], []])
        #expect(header.tensors.map(\.range.count) == [8, 6, 0, 1])
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, 7, CheckpointError.Code.truncated),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, .malformed),
        (
            #"{"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
            12, .overlapping
        ),
        (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, 8, .wrongByteCount),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, .malformed),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, 8, .malformed),
        (#"{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}"#, 8, .malformed),
        (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, .malformed),
        (#"{"a":{"dtype":"F32","shape":"2","data_offsets":[0,8]}}"#, 8, .malformed),
        (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, 0, .malformed),
        (#"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}"#, 0, .malformed),
        (#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, 8, .unsupportedType),
        (#"{"a":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}"#, 8, .unsupportedType),
        (#"{"a":{"shape":[1],"data_offsets":[0,8]}}"#, 8, .malformed), (#"{"a":[1]}"#, 0, .malformed),
    ])
    func refusesByTensor(header: String, dataCount: Int, code: CheckpointError.Code) {
        let bytes = safetensors(header, dataCount: dataCount)
        #expect(
            fails(code, naming: "test.safetensors", "\"a\"") {
                _ = try parseSafetensors(bytes)
            })
    }

    @Test(arguments: [
        ([UInt8](), CheckpointError.Code.truncated), ([1, 2, 3], .truncated),
        (safetensors("{}", dataCount: 0, length: 3), .truncated),
        (safetensors("{}", dataCount: 0, length: 100_000_001), .tooLarge),
        (safetensors("{}", dataCount: 0, length: .max), .tooLarge), (safetensors("[]", dataCount: 0), .malformed),
        (safetensors("{", dataCount: 0), .malformed), (safetensors(#"{"a":{},"a":{}}"#, dataCount: 0), .malformed),
        (safetensors(#"{"__metadata__":3}"#, dataCount: 0), .malformed),
        (safetensors(#"{"__metadata__":{"a":3}}"#, dataCount: 0), .malformed),
        (safetensors("{}", dataCount: 1), .malformed),
        (safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, dataCount: 9), .malformed),
    ])
    func refusesTheFile(bytes: [UInt8], code: CheckpointError.Code) {
        #expect(fails(code, naming: "test.safetensors") { _ = try parseSafetensors(bytes) })
    }

    /// A header of 4 MB that would take hundreds of megabytes as values.
    @Test func theNumberOfValuesIsBounded() {
        let list = String(repeating: "0,", count: SafetensorsHeader.maximumValues) + "0"
        let bytes = safetensors("{\"a\":[\(list)]}", dataCount: 0)
        #expect(fails(.tooLarge, naming: "values", "smaller shards") { _ = try parseSafetensors(bytes) })
    }

    @Test func misalignedTensorsAreCopiedIntoPlace() throws {
        let folder = try TemporaryFolder()
        var header =
            #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}"#
        while !(8 + header.utf8.count).isMultiple(of: 8) { header += " " }
        let path = try folder.write(safetensors(header, dataCount: 9), as: "x.safetensors")
        let tensor = try #require(try TensorFile(path: path).tensor(named: "b"))
        #expect(tensor.count == 2)
        #expect(UInt(bitPattern: tensor.bytes.baseAddress).isMultiple(of: 64))
        withExtendedLifetime(tensor) { #expect(Array($0.bytes) == Array(1...8)) }
    }
}

import DeepSeekCheckpoints
import DeepSeekTensors
import Testing

@Suite struct PyTorchArchiveTests {
    private let sound = torchArchive(PickleBytes.dictionary { $0.tensor() })

    @Test(arguments: [false, true]) func readsATensor(zip64: Bool) throws {
        let archive = torchArchive(PickleBytes.dictionary { $0.tensor() }, zip64: zip64)
        let place = try #require(try parseTorch(archive).first)
        #expect(place.name == "w")
        #expect(place.shape == [2, 3])
        #expect(place.elementType == .float32)
        #expect(place.range.lowerBound.isMultiple(of: 64))
        #expect(Array(archive[place.range]) == Array(0..<24))
    }

    @Test func offsetsAreInElements() throws {
        let archive = torchArchive(PickleBytes.dictionary { $0.tensor(offset: 4, shape: [2], strides: [1]) })
        let place = try #require(try parseTorch(archive).first)
        #expect(Array(archive[place.range]) == Array(16..<24))
    }

    @Test(arguments: [
        (PickleBytes.dictionary { $0.tensor(storageCount: 7) }, CheckpointError.Code.wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(storageCount: -6) }, .wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(storageClass: "HalfStorage") }, .wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(offset: 1) }, .wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(offset: -1) }, .wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(shape: [3, 3]) }, .wrongByteCount),
        (PickleBytes.dictionary { $0.tensor(shape: [-2, 3]) }, .wrongShape),
        (PickleBytes.dictionary { $0.tensor(shape: [.max, .max, .max], strides: [0, 0, 0]) }, .wrongShape),
        (PickleBytes.dictionary { $0.tensor(shape: [3, 2], strides: [1, 3]) }, .unsupportedFormat),
        (PickleBytes.dictionary { $0.tensor(shape: [1000, 3], strides: [0, 1]) }, .unsupportedFormat),
        (PickleBytes.dictionary { $0.tensor(strides: [3]) }, .unsupportedFormat),
        (PickleBytes.dictionary { $0.tensor(storageClass: "DoubleStorage") }, .unsupportedType),
        (PickleBytes.dictionary { $0.tensor(key: "../1") }, .malformed),
        (PickleBytes.dictionary { $0.integer(3) }, .unsupportedFormat),
    ])
    func refusesTensor(pickle: [UInt8], code: CheckpointError.Code) {
        #expect(fails(code, naming: "test.bin", "\"w\"") { _ = try parseTorch(torchArchive(pickle)) })
    }

    @Test func refusesTwoTensorsOfOneName() {
        let pickle = PickleBytes.dictionary {
            $0.tensor(); $0.raw("s"); $0.string("w"); $0.tensor()
        }
        #expect(fails(.duplicateTensor, naming: "\"w\"") { _ = try parseTorch(torchArchive(pickle)) })
    }

    @Test func refusesBigEndianAndLegacyFiles() {
        let big = zip([
            ("m/data.pkl", PickleBytes.dictionary { $0.tensor() }), ("m/byteorder", Array("big".utf8)),
            ("m/data/0", Array(0..<24)),
        ])
        #expect(fails(.unsupportedFormat, naming: "little-endian") { _ = try parseTorch(big) })
        let legacy: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20]
        #expect(fails(.unsupportedFormat, naming: "zip archive") { _ = try parseTorch(legacy) })
    }

    @Test func everyTruncationIsAnError() {
        for length in 0..<sound.count {
            #expect(throws: CheckpointError.self) { try parseTorch(Array(sound.prefix(length))) }
        }
    }

    @Test func refusesCompressedEntries() {
        let bomb = zip([("m/data.pkl", [1, 2, 3])], method: 8)
        #expect(fails(.unsupportedFormat, naming: "compressed", "m/data.pkl") { _ = try parseTorch(bomb) })
    }

    @Test func refusesEntriesThatShareBytes() throws {
        // The second entry of the table is pointed at an entry that hides in the contents of the first.
        let hidden = zip([("m/data/1", [])]).prefix(64)
        var archive = zip([("m/data/0", Array(hidden)), ("m/data/1", [])])
        let records = archive.indices.dropLast(3).filter { Array(archive[$0..<($0 + 4)]) == [0x50, 0x4B, 1, 2] }
        let second = try #require(records.last)
        archive[second + 42] = 64
        #expect(fails(.overlapping, naming: "m/data/0", "m/data/1") { _ = try parseTorch(archive) })
    }

    @Test func refusesEntriesOutsideTheArchiveAndTwins() throws {
        var archive = sound
        let record = try #require(
            archive.indices.dropLast(3).first { Array(archive[$0..<($0 + 4)]) == [0x50, 0x4B, 1, 2] })
        archive[record + 45] = 0x7F
        #expect(fails(.malformed, naming: "m/data.pkl") { _ = try parseTorch(archive) })
        #expect(fails(.malformed, naming: "twice") { _ = try parseTorch(zip([("a", []), ("a", [])])) })
        #expect(fails(.malformed, naming: "data.pkl") { _ = try parseTorch(zip([("a", [])])) })
    }

    @Test func misalignedStoragesAreCopiedOnce() throws {
        var pickle = PickleBytes()
        pickle.raw("}(")
        for (name, offset) in [("a", Int32(0)), ("b", 3)] {
            pickle.string(name)
            pickle.tensor(offset: offset, shape: [3], strides: [1])
        }
        pickle.raw("u.")
        let folder = try TemporaryFolder()
        let shifted = try folder.write(misalign(torchArchive(pickle.bytes)), as: "y.bin")
        let file = try TensorFile(path: shifted, format: .pytorch)
        let a = try #require(file.tensor(named: "a"))
        let b = try #require(file.tensor(named: "b"))
        #expect(Array(a.bytes) == Array(0..<12))
        #expect(Array(b.bytes) == Array(12..<24))
        #expect(a.bytes.baseAddress.map { $0 + 12 } == b.bytes.baseAddress)
    }

    /// Takes one byte of padding out of the last entry, so that its numbers start at an odd place.
    private func misalign(_ archive: [UInt8]) throws -> [UInt8] {
        var archive = archive
        func last(_ signature: [UInt8]) throws -> Int {
            try #require(archive.indices.dropLast(3).last { Array(archive[$0..<($0 + 4)]) == signature })
        }
        let local = try last([0x50, 0x4B, 3, 4])
        archive[local + 28] -= 1
        let extra = local + 30 + Int(archive[local + 26])
        archive[extra + 2] -= 1
        archive.remove(at: extra + 4)
        let end = try last([0x50, 0x4B, 5, 6])
        let start = Int(archive[end + 16]) + Int(archive[end + 17]) << 8 - 1
        archive[end + 16] = UInt8(truncatingIfNeeded: start)
        archive[end + 17] = UInt8(truncatingIfNeeded: start >> 8)
        return archive
    }
}

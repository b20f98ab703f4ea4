import DeepSeekCheckpoints

/// Pickles and archives by hand, as `torch.save` writes them or as somebody hostile would.
struct PickleBytes {
    private(set) var bytes: [UInt8] = [0x80, 2]

    mutating func raw(_ more: [UInt8]) { bytes += more }
    mutating func raw(_ text: String) { bytes += Array(text.utf8) }

    mutating func string(_ text: String) {
        bytes += [UInt8(ascii: "X")] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { Array($0) }
        raw(text)
    }

    mutating func integer(_ value: Int32) {
        bytes += [UInt8(ascii: "J")] + withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    mutating func integers(_ values: [Int32]) {
        raw("(")
        for value in values { integer(value) }
        raw("t")
    }

    /// A call of `_rebuild_tensor_v2` on a storage.
    mutating func tensor(
        storageClass: String = "FloatStorage", key: String = "0", storageCount: Int32 = 6, offset: Int32 = 0,
        shape: [Int32] = [2, 3], strides: [Int32] = [3, 1]
    ) {
        raw("ctorch._utils\n_rebuild_tensor_v2\n((")
        string("storage")
        raw("ctorch\n\(storageClass)\n")
        string(key)
        string("cpu")
        integer(storageCount)
        raw("tQ")
        integer(offset)
        integers(shape)
        integers(strides)
        bytes.append(0x89)
        raw("ccollections\nOrderedDict\n)RtR")
    }

    /// A dictionary with one entry, which `value` pushes.
    static func dictionary(name: String = "w", _ value: (inout PickleBytes) -> Void) -> [UInt8] {
        var pickle = PickleBytes()
        pickle.raw("}")
        pickle.string(name)
        value(&pickle)
        pickle.raw("s.")
        return pickle.bytes
    }
}

/// A zip archive of stored entries, without checksums.
func zip(_ entries: [(name: String, bytes: [UInt8])], method: UInt16 = 0, zip64: Bool = false) -> [UInt8] {
    func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
    var archive: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
        let name = Array(entry.name.utf8)
        let size = UInt32(entry.bytes.count)
        let start = archive.count
        let common = little(UInt16(0)) + little(method) + little(UInt32(0)) + little(UInt32(0))
        archive += little(UInt32(0x0403_4B50)) + little(UInt16(0)) + common + little(size) + little(size)
        // As torch does, numbers are moved to a multiple of 64 by an extra field.
        let padding = (64 - (archive.count + 4 + name.count + 4) % 64) % 64
        archive += little(UInt16(name.count)) + little(UInt16(padding + 4)) + name + Array("FB".utf8)
        archive += little(UInt16(padding)) + [UInt8](repeating: 0x5A, count: padding) + entry.bytes
        let sizes: [UInt8]
        let extra: [UInt8]
        if zip64 {
            sizes = little(UInt32.max) + little(UInt32.max)
            extra =
                little(UInt16(1)) + little(UInt16(24)) + little(UInt64(size)) + little(UInt64(size))
                + little(UInt64(start))
        } else {
            sizes = little(size) + little(size)
            extra = []
        }
        directory += little(UInt32(0x0201_4B50)) + little(UInt16(0)) + little(UInt16(0)) + common + sizes
        directory += little(UInt16(name.count)) + little(UInt16(extra.count)) + [UInt8](repeating: 0, count: 10)
        directory += little(zip64 ? UInt32.max : UInt32(start)) + name + extra
    }
    let start = archive.count
    archive += directory
    if zip64 {
        let end64 = archive.count
        archive += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + little(UInt16(0)) + little(UInt16(0))
        archive += little(UInt64(0)) + little(UInt64(entries.count)) + little(UInt64(entries.count))
        archive += little(UInt64(directory.count)) + little(UInt64(start))
        archive += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(UInt64(end64)) + little(UInt32(1))
    }
    archive += little(UInt32(0x0605_4B50)) + little(UInt32(0))
    archive += little(UInt16(entries.count)) + little(UInt16(entries.count))
    archive += little(UInt32(directory.count)) + little(UInt32(start)) + little(UInt16(0))
    return archive
}

/// A file of one storage of six float32, described by the pickle.
func torchArchive(_ pickle: [UInt8], storage: [UInt8] = Array(0..<24), zip64: Bool = false) -> [UInt8] {
    zip([("m/data.pkl", pickle), ("m/byteorder", Array("little".utf8)), ("m/data/0", storage)], zip64: zip64)
}

func parseTorch(_ archive: [UInt8]) throws -> [TensorPlace] {
    try archive.withUnsafeBytes { try PyTorchArchive.parse($0, path: "test.bin") }
}

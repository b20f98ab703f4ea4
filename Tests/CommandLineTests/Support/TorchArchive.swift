/// A file as `torch.save` writes it around a pickle: a zip archive of one stored entry, without checksums.
enum TorchArchive {
    static func holding(pickle: [UInt8]) -> [UInt8] {
        let name = Array("m/data.pkl".utf8)
        let size = little(UInt32(pickle.count))
        let common = [UInt8](repeating: 0, count: 12)
        let nameLength = little(UInt16(name.count))
        var archive = little(UInt32(0x0403_4B50)) + little(UInt16(0)) + common + size + size
        archive += nameLength + little(UInt16(0)) + name + pickle
        let start = little(UInt32(archive.count))
        let directory =
            little(UInt32(0x0201_4B50)) + little(UInt32(0)) + common + size + size + nameLength
            + [UInt8](repeating: 0, count: 16) + name
        archive += directory
        archive += little(UInt32(0x0605_4B50)) + little(UInt32(0)) + little(UInt16(1)) + little(UInt16(1))
        return archive + little(UInt32(directory.count)) + start + little(UInt16(0))
    }

    private static func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

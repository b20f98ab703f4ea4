import DeepSeekCheckpoints

/// Whether `body` fails with an error of this code whose text holds all of `fragments`.
func fails(
    _ code: CheckpointError.Code, naming fragments: String..., by body: () throws -> Void
) -> Bool {
    do {
        try body()
        return false
    } catch let error as CheckpointError {
        return error.code == code && fragments.allSatisfy(error.description.contains)
    } catch {
        return false
    }
}

/// A safetensors file by hand: length, header, and so many bytes of data (0, 1, 2, …).
func safetensors(_ header: String, dataCount: Int, length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { Array($0) } + Array(header.utf8)
        + (0..<dataCount).map { UInt8(truncatingIfNeeded: $0) }
}

func parseSafetensors(_ bytes: [UInt8]) throws -> SafetensorsHeader {
    try bytes.withUnsafeBytes { try SafetensorsHeader.parse($0, fileSize: $0.count, path: "test.safetensors") }
}

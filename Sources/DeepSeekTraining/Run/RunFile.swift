import DeepSeekCheckpoints
import Foundation

/// Small files of a run: read with a clear error, written whole or not at all.
enum RunFile {
    static func text(_ path: String) throws(TrainingError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw TrainingError(.invalidData, "\(path): cannot be read; is it there?")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func write(_ text: String, to path: String) throws(TrainingError) {
        try write(Array(text.utf8), to: path)
    }

    /// Puts the bytes beside the file and on the disk, and then in its place.
    static func write(_ bytes: [UInt8], to path: String) throws(TrainingError) {
        do { try AtomicFile.write(bytes, to: path) } catch {
            throw TrainingError(.writeFailed, "\(error)")
        }
    }

    static func makeFolder(_ path: String) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch { throw TrainingError(.writeFailed, "\(path): cannot be created: \(error.localizedDescription)") }
    }

    /// FNV-1a over 64 bits: to notice change, not to resist forgery.
    static func digest(_ bytes: some Sequence<UInt8>) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }
}

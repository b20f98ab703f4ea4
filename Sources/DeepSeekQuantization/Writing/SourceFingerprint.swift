import DeepSeekCheckpoints
import DeepSeekJSON
import Foundation

/// What tells one source from another without reading its weights: the configuration, and name, size and time of change
/// of every file.
enum SourceFingerprint {
    static func json(of checkpoint: Checkpoint) -> JSONValue {
        let files = checkpoint.files.map { path -> JSONValue in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let size = attributes?[.size] as? Int ?? 0
            let changed = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return [.string(path), .integer(size), .integer(Int(changed * 1_000))]
        }
        return ["configuration": .string(checkpoint.configuration.serialized()), "files": .array(files)]
    }
}

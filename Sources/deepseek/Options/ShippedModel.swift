import Foundation

/// DeepSeek-V2-Mini, which comes with the program: what runs where no model is given.
package enum ShippedModel {
    package static let name = "DeepSeek-V2-Mini"

    /// - Throws: ``CommandError`` with all places that were searched.
    static func folder() throws -> String {
        let places = places(executable: Bundle.main.executablePath, current: FileManager.default.currentDirectoryPath)
        guard let found = places.first(where: { FileManager.default.fileExists(atPath: $0 + "/config.json") }) else {
            throw CommandError(
                "no --model was given, and \(name), which ships with the package, is in none of: "
                    + places.joined(separator: ", ") + "; give --model FOLDER")
        }
        return found
    }

    /// Beside the executable, in the share directory of its prefix, and in the source tree that it was built in.
    package static func places(executable: String?, current: String) -> [String] {
        var folders: [String] = []
        if let executable {
            var folder = URL(filePath: executable).resolvingSymlinksInPath().deletingLastPathComponent()
            folders = [folder.path, folder.deletingLastPathComponent().path + "/share/deepseek"]
            // .build/TRIPLE/release
            for _ in 0..<4 where folder.path != "/" {
                folder = folder.deletingLastPathComponent()
                folders.append(folder.path)
            }
        }
        folders.append(current)
        return folders.map { ($0 == "/" ? "" : $0) + "/Models/\(name)" }
    }
}

import Foundation
import Testing

/// The data beside the package.
enum Shared {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared").path

    /// A small trained chat model.
    static let trained = folder + "/models/v2-small"
    static let isPresent = FileManager.default.fileExists(atPath: trained + "/config.json")
    static let reason: Comment = "needs ../shared/models/v2-small"
}

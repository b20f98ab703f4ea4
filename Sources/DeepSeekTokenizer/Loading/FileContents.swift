import DeepSeekJSON
import Foundation

/// Files read whole, with errors that name them.
enum FileContents {
    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func json(_ path: String) throws(TokenizerError) -> JSONValue {
        let data = try data(path)
        let parsed: Result<JSONValue, JSONError> = data.withUnsafeBytes { bytes in
            Result { () throws(JSONError) in try JSONValue(parsing: bytes) }
        }
        do {
            return try parsed.get()
        } catch {
            throw TokenizerError(.invalidJSON, "\(path): \(error); correct the file or download it again")
        }
    }

    static func text(_ path: String) throws(TokenizerError) -> String {
        guard let text = String(validating: try data(path), as: UTF8.self) else {
            throw TokenizerError(.fileNotReadable, "\(path): is not valid UTF-8; convert it or download it again")
        }
        return text
    }

    private static func data(_ path: String) throws(TokenizerError) -> Data {
        guard exists(path) else {
            throw TokenizerError(.fileNotFound, "\(path): there is no such file; check the path or download the file")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TokenizerError(.fileNotReadable, "\(path): cannot be read (\(error)); check its type and permissions")
        }
    }
}

import DeepSeekJSON
import DeepSeekTensors
import DeepSeekTokenizer
import Foundation

/// Texts that files and standard input supply.
enum TextInput {
    /// The bytes of a file, or of standard input for "-".
    static func bytes(_ path: String) throws -> [UInt8] {
        if path == "-" { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) }
        let file = try MappedFile(path: path)
        return withExtendedLifetime(file) { Array(file.bytes) }
    }

    /// Invalid UTF-8 becomes U+FFFD.
    static func read(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

    static func json(_ path: String) throws -> JSONValue {
        do {
            return try bytes(path).withUnsafeBytes { try JSONValue(parsing: $0) }
        } catch let error as JSONError {
            throw CommandError("\(path): \(error)")
        }
    }

    /// A JSON list of messages.
    static func messages(_ path: String) throws -> [JSONValue] {
        let value = try json(path)
        guard let messages = value.array else {
            throw CommandError("\(path): expected a list of messages, and found \(value.kind)")
        }
        return messages
    }

    /// The ids of the messages in a file, whose name is in errors about a message.
    static func ids(ofMessages path: String, render: ([JSONValue]) throws -> [Int32]) throws -> [Int32] {
        do {
            return try render(messages(path))
        } catch let error as ChatTemplateError where error.code == .invalidMessage {
            throw CommandError("\(path): \(error.message)")
        }
    }
}

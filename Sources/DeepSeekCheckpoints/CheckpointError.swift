import DeepSeekJSON
import DeepSeekTensors

/// Why a model file or folder cannot be read or written: which file, which tensor in it, and what to do.
public struct CheckpointError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case fileNotFound
        case fileNotReadable
        /// Larger than what a file of its kind may be.
        case tooLarge
        /// Breaks the rules of its format.
        case malformed
        /// Ends before what it announces.
        case truncated
        /// Two tensors, or two parts of an archive, claim the same bytes.
        case overlapping
        /// A type of number that this package does not compute with, or not where it stands.
        case unsupportedType
        /// A sound file in a form that is not read here.
        case unsupportedFormat
        case missingTensor
        case surplusTensor
        case duplicateTensor
        case wrongShape
        /// More or fewer bytes than the shape of a tensor asks for.
        case wrongByteCount
        /// A pickle that does something else than describe tensors.
        case unsafePickle
        case outOfMemory
        case writeFailed
    }

    public let code: Code
    /// The file or folder at fault.
    public let path: String
    /// What is wrong, with the name of the tensor if it is about one, and what to do.
    public let message: String

    public var description: String { "\(path): \(message)" }

    package init(_ code: Code, path: String, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    package init(_ error: MemoryError, path: String) {
        let code: Code =
            switch error.code {
            case .fileNotFound: .fileNotFound
            case .fileNotReadable: .fileNotReadable
            case .outOfMemory: .outOfMemory
            }
        let prefix = path + ": "
        let message = error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.message
        self.init(code, path: path, message)
    }

    package init(_ error: JSONError, path: String) {
        let code: Code =
            switch error.code {
            case .truncated: .truncated
            case .tooManyValues: .tooLarge
            default: .malformed
            }
        self.init(code, path: path, "not valid JSON: \(error); correct the file or download it again")
    }
}

/// A name that a file supplies, fit for a message: in quotes, cut when long, control characters escaped.
package func quoted(_ name: String) -> String {
    let scalars = name.unicodeScalars
    let head = String(String.UnicodeScalarView(scalars.prefix(160)))
    return JSONValue.string(scalars.count > 160 ? head + "…" : head).serialized()
}

/// A shape as it stands in messages, cut when it is absurdly long.
package func describe(_ shape: [Int]) -> String {
    let head = shape.prefix(16).map(String.init).joined(separator: ", ")
    return shape.count > 16 ? "[\(head), …]" : "[\(head)]"
}

/// Why lessons could not be made.
public struct LessonError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case cannotWrite
    }

    public let code: Code
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}

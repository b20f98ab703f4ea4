import DeepSeekJSON
import Foundation

/// A place in a document, as references name it.
struct SchemaPointer {
    private let steps: [String]

    /// - Parameter reference: `#`, or `#/` and keys; nil for references of other kinds.
    init?(reference: String) {
        guard reference.first == "#", let text = String(reference.dropFirst()).removingPercentEncoding else {
            return nil
        }
        guard text.isEmpty || text.first == "/" else { return nil }
        steps = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            $0.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
        }
    }

    var text: String { steps.map { "/" + Self.escaped($0) }.joined() }

    static func escaped(_ key: String) -> String {
        key.replacingOccurrences(of: "~", with: "~0").replacingOccurrences(of: "/", with: "~1")
    }

    func find(in document: JSONValue) -> JSONValue? {
        var value = document
        for step in steps {
            guard let next = value[step] ?? Int(step).flatMap({ value[$0] }) else { return nil }
            value = next
        }
        return value
    }
}

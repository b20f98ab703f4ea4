import DeepSeekJSON

/// How far a source has been read: which round through its documents, which of them in this round's order, and which of
/// its tokens.
package struct DataCursor: Sendable, Hashable {
    package var epoch = 0
    package var document = 0
    package var token = 0

    var json: JSONValue { [.integer(epoch), .integer(document), .integer(token)] }

    init() {}

    init?(_ json: JSONValue) {
        guard let values = json.array?.compactMap(\.integer), values.count == 3, values.allSatisfy({ $0 >= 0 }) else {
            return nil
        }
        (epoch, document, token) = (values[0], values[1], values[2])
    }
}

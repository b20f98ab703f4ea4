/// Token ids as people write them.
enum TokenList {
    static func parse(_ text: String, from source: String) throws -> [Int32] {
        try text.split(whereSeparator: { $0.isWhitespace || $0 == "," || $0 == "[" || $0 == "]" }).map { word in
            guard let id = Int32(word) else {
                throw CommandError("\(source): \"\(word.prefix(40))\" is not a token id")
            }
            return id
        }
    }
}

import DeepSeekJSON

/// A value in a JSON file together with where it stands, so that every refusal can name the file and the member.
struct JSONPlace {
    let file: String
    let path: String
    let value: JSONValue

    init(file: String, path: String = "", value: JSONValue) {
        self.file = file
        self.path = path
        self.value = value
    }

    func error(_ code: TokenizerError.Code, _ message: String) -> TokenizerError {
        TokenizerError(code, "\(file): \(path.isEmpty ? "the file" : path): \(message)")
    }

    private func wrongType(_ expected: String) -> TokenizerError {
        error(.wrongType, "must be \(expected), is \(value.kind); correct the file or download it again")
    }

    /// A member that may be absent; `null` counts as absent.
    func optional(_ key: String) -> JSONPlace? {
        guard let member = value[key], !member.isNull else { return nil }
        return JSONPlace(file: file, path: path.isEmpty ? key : "\(path).\(key)", value: member)
    }

    func member(_ key: String) throws(TokenizerError) -> JSONPlace {
        guard value.object != nil else { throw wrongType("an object") }
        guard let member = optional(key) else {
            throw error(.missingField, "lacks \"\(key)\"; correct the file or download it again")
        }
        return member
    }

    func elements() throws(TokenizerError) -> [JSONPlace] {
        guard let array = value.array else { throw wrongType("an array") }
        return array.enumerated().map { JSONPlace(file: file, path: "\(path)[\($0)]", value: $1) }
    }

    func string() throws(TokenizerError) -> String {
        guard let string = value.string else { throw wrongType("a string") }
        return string
    }

    func integer() throws(TokenizerError) -> Int {
        guard let integer = value.integer else { throw wrongType("an integer") }
        return integer
    }

    func number() throws(TokenizerError) -> Double {
        guard let number = value.number else { throw wrongType("a number") }
        return number
    }

    func bool() throws(TokenizerError) -> Bool {
        guard let bool = value.bool else { throw wrongType("true or false") }
        return bool
    }

    func bool(_ key: String, default standard: Bool) throws(TokenizerError) -> Bool {
        try optional(key)?.bool() ?? standard
    }
}

/// The values that a function, filter or test is called with.
struct Arguments {
    var positional: [Value] = []
    var keywords: [(name: String, value: Value)] = []

    var isEmpty: Bool { positional.isEmpty && keywords.isEmpty }

    /// The values in the order of the parameters; nil for one that is not given. The first `required` must be.
    func bound(to parameters: [String], required: Int = 0, of function: String) throws(TemplateFault) -> [Value?] {
        guard positional.count <= parameters.count else {
            throw TemplateFault(
                .type, "\(function) takes at most \(parameters.count) arguments, not \(positional.count)")
        }
        var values = positional.map(Optional.some)
        values += Array(repeating: nil, count: parameters.count - positional.count)
        for (name, value) in keywords {
            guard let index = parameters.firstIndex(of: name) else {
                throw TemplateFault(.type, "\(function) has no argument '\(name.prefix(80))'")
            }
            guard values[index] == nil else {
                throw TemplateFault(.type, "\(function) is given the argument '\(name)' twice")
            }
            values[index] = value
        }
        for index in 0..<required where values[index] == nil {
            throw TemplateFault(.type, "\(function) needs the argument '\(parameters[index])'")
        }
        return values
    }

    func none(of function: String) throws(TemplateFault) { _ = try bound(to: [], of: function) }
}

extension Value {
    /// An argument that must be an integer.
    func integer(_ what: String) throws(TemplateFault) -> Int {
        guard let value = try defined().asInteger else {
            throw TemplateFault(.type, "\(what) must be an integer, not '\(typeName)'")
        }
        return value
    }

    /// An argument that must be a string.
    func text(_ what: String) throws(TemplateFault) -> Text {
        guard case .text(let text) = try defined() else {
            throw TemplateFault(.type, "\(what) must be a string, not '\(typeName)'")
        }
        return text
    }
}

/// A value that can be called.
enum Callable {
    case function(GlobalFunction)
    case method(StringMethod, of: Text)
    case dictionaryMethod(DictionaryMethod, of: Mapping)
    case sequenceMethod(SequenceMethod, of: Value)
    /// An index into the interpreter's macros. A macro refers to the scope that holds it, so references own nothing.
    case macro(Int)
    case cycle(LoopState)

    var extent: Extent {
        switch self {
        case .method(_, let text): Extent(text)
        case .dictionaryMethod(_, let mapping): mapping.extent
        case .sequenceMethod(_, let value): value.extent
        case .cycle(let loop): loop.extent
        case .function, .macro: .leaf
        }
    }
}

enum GlobalFunction: String {
    case range, dict, namespace
    case raiseException = "raise_exception"
    case formatNow = "strftime_now"
}

/// One value of a GGUF file's metadata. Lists stay in the file until they are asked for, so that opening a file takes
/// no more memory than its names.
package enum GGUFValue: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    case bool(Bool)
    case string(String)
    case list(GGUFList)

    package var kind: String {
        switch self {
        case .integer: "an integer"
        case .number: "a number"
        case .bool: "true or false"
        case .string: "a string"
        case .list: "a list"
        }
    }
}

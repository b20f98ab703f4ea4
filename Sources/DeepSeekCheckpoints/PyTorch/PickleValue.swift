/// What the restricted pickle machine computes with. Containers are numbers of entries in its tables, so a value nests
/// in nothing, and no pickle can build one too deep, or circular, to be let go of.
enum PickleValue: Sendable {
    case none
    case bool(Bool)
    case integer(Int)
    case string(String)
    case tuple(Int)
    case dictionary(Int)
    case function(Function)
    /// The name of a class `torch.…Storage`.
    case storageClass(String)
    case storage(PickleStorage)
    case tensor(Int)

    /// The only functions that a pickle may name. None of them is called: each has its meaning here.
    enum Function: Sendable {
        case orderedDictionary
        case rebuildTensor
        case rebuildParameter
    }
}

/// Numbers that a pickle says are in an entry of the archive.
struct PickleStorage: Sendable {
    /// Without the module: `FloatStorage`.
    let className: String
    /// The name of the entry, below `data/`.
    let key: String
    let elementCount: Int
}

/// A view into a storage, as a pickle describes it: nothing is checked.
struct PickleTensor: Sendable {
    let storage: PickleStorage
    /// In elements.
    let offset: Int
    let shape: [Int]
    /// In elements.
    let strides: [Int]
}

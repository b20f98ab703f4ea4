/// Runs the part of pickle that `torch.save` emits for a dictionary of tensors, and refuses every other instruction and
/// name. It builds descriptions of tensors and nothing else; no instruction can call, import or allocate more than the
/// pickle itself is long.
struct PickleMachine {
    static let maximumStackCount = 1 << 16
    static let maximumMemoCount = 1 << 22
    /// As many dimensions as PyTorch itself allows. A pickle may recall one long tuple for many tensors.
    static let maximumRank = 64
    /// Of a name in a `GLOBAL` instruction.
    static let maximumNameLength = 128

    private var input: PickleInput
    private var stack: [PickleValue] = []
    /// Where in the stack the marks stand.
    private var marks: [Int] = []
    private var memo: [PickleValue] = []
    private var tuples: [[PickleValue]] = []
    private var dictionaries: [[(key: String, value: PickleValue)]] = []
    private var tensors: [PickleTensor] = []

    private init(_ bytes: UnsafeRawBufferPointer, path: String) { input = PickleInput(bytes, path: path) }

    /// The tensors of the dictionary that the pickle holds, in its order.
    static func run(
        _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(CheckpointError) -> [(name: String, tensor: PickleTensor)] {
        var machine = PickleMachine(bytes, path: path)
        while try machine.step() {}
        return try machine.result()
    }

    private mutating func result() throws(CheckpointError) -> [(name: String, tensor: PickleTensor)] {
        guard case .dictionary(let index) = try pop(), stack.isEmpty, marks.isEmpty else {
            throw input.unsupported("holds something else than one dictionary of tensors")
        }
        var result: [(name: String, tensor: PickleTensor)] = []
        for (name, value) in dictionaries[index] {
            guard case .tensor(let index) = value else {
                throw input.unsupported(
                    "holds \(quoted(name)), which is not a tensor; save the dictionary of weights alone")
            }
            result.append((name, tensors[index]))
        }
        return result
    }

    // MARK: Instructions

    /// False after the last instruction.
    private mutating func step() throws(CheckpointError) -> Bool {
        let code = try input.byte()
        switch code {
        case 0x80:
            guard try input.byte() == 2 else { throw input.unsupported("is not of protocol 2, which torch.save uses") }
        case UInt8(ascii: "."): return false
        case UInt8(ascii: "("):
            guard marks.count < Self.maximumStackCount else { throw input.refused("too many marks") }
            marks.append(stack.count)
        case UInt8(ascii: "N"): try push(.none)
        case 0x88: try push(.bool(true))
        case 0x89: try push(.bool(false))
        case UInt8(ascii: "J"): try push(.integer(Int(Int32(truncatingIfNeeded: input.number(byteCount: 4)))))
        case UInt8(ascii: "K"): try push(.integer(input.number(byteCount: 1)))
        case UInt8(ascii: "M"): try push(.integer(input.number(byteCount: 2)))
        case 0x8A: try push(.integer(input.long()))
        case UInt8(ascii: "X"): try push(.string(input.text(byteCount: input.number(byteCount: 4))))
        case UInt8(ascii: "q"): try memoize(at: input.number(byteCount: 1))
        case UInt8(ascii: "r"): try memoize(at: input.number(byteCount: 4))
        case 0x94: try memoize(at: memo.count)
        case UInt8(ascii: "h"): try recall(input.number(byteCount: 1))
        case UInt8(ascii: "j"): try recall(input.number(byteCount: 4))
        case UInt8(ascii: ")"): try pushTuple([])
        case 0x85...0x87: try pushTuple(popLast(Int(code) - 0x84))
        case UInt8(ascii: "t"): try pushTuple(popToMark())
        case UInt8(ascii: "}"): try pushDictionary()
        case UInt8(ascii: "s"): try setItems(popLast(2))
        case UInt8(ascii: "u"): try setItems(popToMark())
        case UInt8(ascii: "c"): try push(global(module: input.line(), name: input.line()))
        case UInt8(ascii: "Q"): try push(.storage(storage(pop())))
        case UInt8(ascii: "R"):
            let arguments = try tuple(pop(), "the arguments of a call")
            try reduce(pop(), arguments)
        case UInt8(ascii: "b"):
            // An OrderedDict of weights carries attributes, such as the versions of its modules. Nobody here needs them.
            guard case .dictionary = try pop(), case .dictionary = stack.last else {
                throw input.refused("sets attributes of something that is not a dictionary")
            }
        default: throw input.refused("instruction 0x\(String(code, radix: 16)) is not one that tensors need")
        }
        return true
    }

    private func global(module: String, name: String) throws(CheckpointError) -> PickleValue {
        switch (module, name) {
        case ("collections", "OrderedDict"): return .function(.orderedDictionary)
        case ("torch._utils", "_rebuild_tensor_v2"): return .function(.rebuildTensor)
        case ("torch._utils", "_rebuild_parameter"): return .function(.rebuildParameter)
        case ("torch", let name) where PyTorchArchive.storageClasses.contains(name): return .storageClass(name)
        default: throw input.refused("it names \(quoted("\(module).\(name)")), which is not one that tensors need")
        }
    }

    private mutating func reduce(_ callee: PickleValue, _ arguments: [PickleValue]) throws(CheckpointError) {
        guard case .function(let function) = callee else {
            throw input.refused("it calls something that is not a function")
        }
        switch function {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw input.refused("an OrderedDict is made with arguments") }
            try pushDictionary()
        case .rebuildParameter:
            guard case .tensor = arguments.first else { throw input.malformed("a parameter without a tensor") }
            try push(arguments[0])
        case .rebuildTensor:
            guard arguments.count >= 4, case .storage(let storage) = arguments[0],
                case .integer(let offset) = arguments[1]
            else { throw input.malformed("a tensor without storage and place") }
            tensors.append(
                PickleTensor(
                    storage: storage, offset: offset, shape: try integers(arguments[2]),
                    strides: try integers(arguments[3])))
            try push(.tensor(tensors.count - 1))
        }
    }

    /// A persistent id is `('storage', class, key, device, number of elements)`.
    private func storage(_ value: PickleValue) throws(CheckpointError) -> PickleStorage {
        let parts = try tuple(value, "a persistent id")
        guard parts.count == 5, case .string("storage") = parts[0], case .storageClass(let className) = parts[1],
            case .string(let key) = parts[2], case .integer(let count) = parts[4]
        else { throw input.malformed("a persistent id that is not a storage") }
        return PickleStorage(className: className, key: key, elementCount: count)
    }

    private mutating func setItems(_ items: [PickleValue]) throws(CheckpointError) {
        guard case .dictionary(let index) = stack.last, items.count.isMultiple(of: 2) else {
            throw input.malformed("entries without a dictionary")
        }
        for position in stride(from: 0, to: items.count, by: 2) {
            guard case .string(let key) = items[position] else {
                throw input.unsupported("has a dictionary whose keys are not strings")
            }
            dictionaries[index].append((key, items[position + 1]))
        }
    }

    // MARK: Stack and memo

    private mutating func push(_ value: PickleValue) throws(CheckpointError) {
        guard stack.count < Self.maximumStackCount else { throw input.refused("its stack grows too large") }
        stack.append(value)
    }

    /// Nothing below the last mark can be taken.
    private mutating func pop() throws(CheckpointError) -> PickleValue {
        guard stack.count > marks.last ?? 0, let value = stack.popLast() else {
            throw input.malformed("an instruction finds nothing on the stack")
        }
        return value
    }

    private mutating func popLast(_ count: Int) throws(CheckpointError) -> [PickleValue] {
        guard stack.count - (marks.last ?? 0) >= count else {
            throw input.malformed("an instruction finds too little on the stack")
        }
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
        guard let mark = marks.popLast() else { throw input.malformed("an instruction finds no mark") }
        defer { stack.removeSubrange(mark...) }
        return Array(stack[mark...])
    }

    private mutating func pushTuple(_ elements: [PickleValue]) throws(CheckpointError) {
        tuples.append(elements)
        try push(.tuple(tuples.count - 1))
    }

    private mutating func pushDictionary() throws(CheckpointError) {
        dictionaries.append([])
        try push(.dictionary(dictionaries.count - 1))
    }

    /// A pickler numbers the memo from 0 without gaps.
    private mutating func memoize(at index: Int) throws(CheckpointError) {
        guard let value = stack.last else { throw input.malformed("there is nothing to remember") }
        guard index <= memo.count, index < Self.maximumMemoCount else {
            throw input.refused("it remembers under number \(index) after \(memo.count) things")
        }
        if index == memo.count { memo.append(value) } else { memo[index] = value }
    }

    private mutating func recall(_ index: Int) throws(CheckpointError) {
        guard memo.indices.contains(index) else {
            throw input.malformed("it recalls \(index), which it never remembered")
        }
        try push(memo[index])
    }

    private func tuple(_ value: PickleValue, _ what: String) throws(CheckpointError) -> [PickleValue] {
        guard case .tuple(let index) = value else { throw input.malformed("\(what) must be a tuple") }
        return tuples[index]
    }

    private func integers(_ value: PickleValue) throws(CheckpointError) -> [Int] {
        var integers: [Int] = []
        let elements = try tuple(value, "a shape")
        guard elements.count <= Self.maximumRank else {
            throw input.malformed("a shape of \(elements.count) dimensions")
        }
        for element in elements {
            guard case .integer(let number) = element else {
                throw input.malformed("a shape of something else than numbers")
            }
            integers.append(number)
        }
        return integers
    }
}

/// The scalars divided into classes that no set of any pattern of a tokenizer tells apart.
///
/// All patterns read one sequence of classes, so a text is decoded once however many patterns cut it.
struct ScalarPartition {
    /// The class of the second and later bytes of a scalar in UTF-8.
    static let continuation: UInt8 = 0

    /// The class of every scalar.
    let classes: FixedTable<UInt8>
    /// One more than the largest class.
    let count: Int
    private let classesOfSet: [ScalarSet: [Bool]]

    /// - Throws: ``TokenizerError`` when more than 255 classes would be needed.
    init(sets: Set<ScalarSet>) throws(TokenizerError) {
        let sets = Array(sets)
        // Sweep over all bounds; between two of them the same sets hold.
        var changes: [UInt32: [Int]] = [:]
        for (index, set) in sets.enumerated() {
            for range in set.ranges {
                changes[range.lowerBound, default: []].append(index)
                changes[range.upperBound + 1, default: []].append(index)
            }
        }
        var table = [UInt8](repeating: 1, count: Int(ScalarSet.last) + 1)
        var current = Set<Int>()
        var classOfMembership: [Set<Int>: UInt8] = [[]: 1]
        let bounds = changes.keys.sorted()
        for (position, bound) in bounds.enumerated() where bound <= ScalarSet.last {
            for index in changes[bound] ?? [] { current.formSymmetricDifference(CollectionOfOne(index)) }
            let end = position + 1 < bounds.count ? bounds[position + 1] : ScalarSet.last + 1
            guard let known = classOfMembership[current] ?? UInt8(exactly: classOfMembership.count + 1) else {
                throw TokenizerError(
                    .patternTooComplex,
                    "the pre-tokenizer's patterns tell more than 255 classes of characters apart; write fewer different ones"
                )
            }
            classOfMembership[current] = known
            if known != 1 {
                for value in Int(bound)..<Int(end) { table[value] = known }
            }
        }
        classes = FixedTable(table)
        count = classOfMembership.count + 1
        var members = sets.map { _ in [Bool](repeating: false, count: classOfMembership.count + 1) }
        for (membership, number) in classOfMembership {
            for index in membership { members[index][Int(number)] = true }
        }
        classesOfSet = Dictionary(uniqueKeysWithValues: zip(sets, members))
    }

    /// For every class, whether its scalars are in the set. The set must be one that the partition was made of.
    func membership(of set: ScalarSet) -> [Bool] {
        classesOfSet[set] ?? [Bool](repeating: false, count: count)
    }

    /// A bit for a class, so that a word can tell which classes occur in it. Classes from 63 on share one.
    @inline(__always)
    static func bit(_ scalarClass: UInt8) -> UInt64 { 1 &<< UInt64(min(scalarClass, 63)) }

    /// Writes the class of each scalar of valid UTF-8 at its first byte, and ``continuation`` at its other bytes.
    func classify(_ bytes: UnsafePointer<UInt8>, count: Int, into result: UnsafeMutablePointer<UInt8>) {
        let table = classes.pointer
        var index = 0
        while index < count {
            let lead = Int(bytes[index])
            if lead < 0x80 {
                result[index] = table[lead]
                index += 1
            } else if lead < 0xE0 {
                result[index] = table[(lead & 0x1F) << 6 | Int(bytes[index + 1] & 0x3F)]
                result[index + 1] = Self.continuation
                index += 2
            } else if lead < 0xF0 {
                let middle = Int(bytes[index + 1] & 0x3F) << 6 | Int(bytes[index + 2] & 0x3F)
                result[index] = table[(lead & 0x0F) << 12 | middle]
                result[index + 1] = Self.continuation
                result[index + 2] = Self.continuation
                index += 3
            } else {
                let middle = Int(bytes[index + 1] & 0x3F) << 12 | Int(bytes[index + 2] & 0x3F) << 6
                result[index] = table[(lead & 0x07) << 18 | middle | Int(bytes[index + 3] & 0x3F)]
                result[index + 1] = Self.continuation
                result[index + 2] = Self.continuation
                result[index + 3] = Self.continuation
                index += 4
            }
        }
    }
}

/// A set of Unicode scalars as sorted, disjoint, non-adjacent ranges.
package struct ScalarSet: Hashable, Sendable {
    package static let last: UInt32 = 0x10FFFF
    package static let all = ScalarSet([0...last])

    package private(set) var ranges: [ClosedRange<UInt32>]

    /// Ranges in any order; they may overlap.
    package init(_ ranges: [ClosedRange<UInt32>] = []) {
        self.ranges = Self.merged(ranges.sorted { $0.lowerBound < $1.lowerBound })
    }

    package init(_ scalar: Unicode.Scalar) { ranges = [scalar.value...scalar.value] }

    private static func merged(_ sorted: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var result: [ClosedRange<UInt32>] = []
        for range in sorted {
            if let previous = result.last, range.lowerBound <= previous.upperBound + 1 {
                result[result.count - 1] = previous.lowerBound...max(previous.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    /// The number of scalars.
    package var count: Int { ranges.reduce(0) { $0 + $1.count } }

    package func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

    package func inverted() -> ScalarSet {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.last { gaps.append(next...Self.last) }
        return ScalarSet(gaps)
    }

    package func intersection(_ other: ScalarSet) -> ScalarSet { inverted().union(other.inverted()).inverted() }

    /// The set with every scalar that differs from a member by case alone.
    ///
    /// Only scalars are compared, one with one: `ß` does not match `ss`.
    func ignoringCase() -> ScalarSet {
        var variants: [ClosedRange<UInt32>] = []
        for range in ranges {
            for (scalar, others) in CaseVariants.table where range.contains(scalar) {
                variants += others.map { $0...$0 }
            }
        }
        return union(ScalarSet(variants))
    }
}

/// Which scalars are equal when case is ignored: `s`, `S` and `ſ`.
private enum CaseVariants {
    static let table: [UInt32: [UInt32]] = {
        var families: [UInt32: [UInt32]] = [:]
        // Beyond the Adlam letters no script has case.
        for value in UInt32(0x41)...0x1E943 {
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped else { continue }
            let upper = single(scalar.properties.uppercaseMapping) ?? scalar
            let key = single(upper.properties.lowercaseMapping) ?? upper
            families[key.value, default: []].append(value)
        }
        var table: [UInt32: [UInt32]] = [:]
        for family in families.values where family.count > 1 {
            for member in family { table[member] = family.filter { $0 != member } }
        }
        return table
    }()

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
    }
}

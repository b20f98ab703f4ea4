/// What happens to the matches of a pattern that cuts a text.
enum SplitBehavior: String, Sendable {
    /// Dropped.
    case removed = "Removed"
    /// Each a piece of its own.
    case isolated = "Isolated"
    /// Joined to the text before.
    case mergedWithPrevious = "MergedWithPrevious"
    /// Joined to the text after.
    case mergedWithNext = "MergedWithNext"
    /// Neighbouring matches become one piece.
    case contiguous = "Contiguous"
}

/// Joins neighbouring pieces for the three behaviours that do.
struct PieceJoiner {
    let behavior: SplitBehavior
    private(set) var pending: Range<Int>?
    private var previousIsMatch = false

    init(_ behavior: SplitBehavior) { self.behavior = behavior }

    /// Takes the next piece, and returns an earlier one that is complete.
    mutating func add(_ piece: Range<Int>, isMatch: Bool) -> Range<Int>? {
        let joins =
            switch behavior {
            case .removed, .isolated: false
            case .mergedWithPrevious: isMatch && !previousIsMatch
            case .mergedWithNext: !isMatch && previousIsMatch
            case .contiguous: isMatch == previousIsMatch
            }
        previousIsMatch = isMatch
        if joins, let start = pending?.lowerBound {
            pending = start..<piece.upperBound
            return nil
        }
        defer { pending = piece }
        return pending
    }
}

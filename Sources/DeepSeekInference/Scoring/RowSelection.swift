/// Of which tokens of a text the logits are wanted. Row t of a text's logits predicts token t + 1.
public enum RowSelection: Sendable, Hashable {
    case all
    case last
    case range(Range<Int>)

    func range(of count: Int) -> Range<Int> {
        switch self {
        case .all: 0..<count
        case .last: max(count - 1, 0)..<count
        case .range(let range): range.clamped(to: 0..<count)
        }
    }
}

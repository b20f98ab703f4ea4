/// Calculations written out step by step, digit by digit from the ones, as children do it.
struct WorkedSteps {
    let language: LessonLanguage

    /// `7+8=15, write 5 carry 1; 4+3+1=8; so 47+38=85.`
    func addition(_ left: Int, _ right: Int) -> String {
        let (upper, lower) = columns(left, right)
        var carry = 0
        let steps = upper.indices.map { place in
            let sum = upper[place] + lower[place] + carry
            let step = "\(upper[place])+\(lower[place])" + (carry > 0 ? "+1" : "") + "=\(sum)"
            carry = sum / 10
            guard carry > 0, place < upper.count - 1 else { return step }
            return step + language.choose(", write \(sum % 10) carry 1", ",写\(sum % 10)进1")
        }
        return closed(steps.count > 1 ? steps : [], "\(left)+\(right)=\(left + right)")
    }

    /// `12-8=4, borrow 1; 5-3-1=1; so 52-38=14.` The right number must not be the larger.
    func subtraction(_ left: Int, _ right: Int) -> String {
        let (upper, lower) = columns(left, right)
        var borrowed = 0
        let steps = upper.indices.map { place in
            let difference = upper[place] - lower[place] - borrowed
            let taken = "-\(lower[place])" + (borrowed > 0 ? "-1" : "")
            borrowed = difference < 0 ? 1 : 0
            guard difference < 0 else { return "\(upper[place])\(taken)=\(difference)" }
            return "\(upper[place] + 10)\(taken)=\(difference + 10)" + language.choose(", borrow 1", ",借1")
        }
        return closed(steps.count > 1 ? steps : [], "\(left)-\(right)=\(left - right)")
    }

    /// `40×7=280; 6×7=42; 280+42=322; so 46×7=322.` The right number has one digit.
    func multiplication(_ left: Int, _ right: Int) -> String {
        let (tens, ones) = (left / 10 * 10, left % 10)
        let whole = "\(left)×\(right)=\(left * right)"
        guard tens > 0, ones > 0 else { return closed([], whole) }
        return closed(
            ["\(tens)×\(right)=\(tens * right)", "\(ones)×\(right)=\(ones * right)"]
                + ["\(tens * right)+\(ones * right)=\(left * right)"], whole)
    }

    /// `7×6=42; so 42÷7=6.` It must leave no rest.
    func division(_ left: Int, _ right: Int) -> String {
        let quotient = left / right
        return closed(["\(right)×\(quotient)=\(left)"], "\(left)÷\(right)=\(quotient)")
    }

    func answer(_ number: Int) -> String { language.choose(" The answer is \(number).", "答案是\(number)。") }

    private func closed(_ steps: [String], _ whole: String) -> String {
        let working = steps.map { $0 + language.choose("; ", ";") }.joined()
        return working + (steps.isEmpty ? "" : language.choose("so ", "所以")) + whole + language.choose(".", "。")
    }

    /// The digits of both from the ones on, as many for the one as for the other.
    private func columns(_ left: Int, _ right: Int) -> ([Int], [Int]) {
        let count = String(max(left, right)).count
        func digits(_ number: Int) -> [Int] {
            let known = String(number).reversed().compactMap(\.wholeNumberValue)
            return known + Array(repeating: 0, count: count - known.count)
        }
        return (digits(left), digits(right))
    }
}

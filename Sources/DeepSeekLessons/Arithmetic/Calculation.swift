/// Two numbers and what is done with them, of the sizes that lessons are about.
struct Calculation {
    let subject: LessonSubject
    let left: Int
    let right: Int

    init(_ subject: LessonSubject, _ random: inout LessonRandom) {
        self.subject = subject
        switch subject {
        case .multiplication:
            left = random.chance(0.4) ? random.number(2...9) : random.number(10...99)
            right = random.number(2...9)
        case .division:
            right = random.number(2...9)
            left = right * random.number(2...19)
        default:
            // Of two digits mostly.
            let sizes = [9, 99, 99, 99, 99, 99, 99, 999]
            let numbers = [random.number(1...random.pick(sizes)), random.number(1...random.pick(sizes))]
            left = subject == .subtraction ? max(numbers[0], numbers[1]) : numbers[0]
            right = subject == .subtraction ? min(numbers[0], numbers[1]) : numbers[1]
        }
    }

    var result: Int {
        switch subject {
        case .subtraction: left - right
        case .multiplication: left * right
        case .division: left / right
        default: left + right
        }
    }

    var sign: String {
        switch subject {
        case .subtraction: "-"
        case .multiplication: "×"
        case .division: "÷"
        default: "+"
        }
    }

    /// The same for 3+5 and 5+3; nil for what is learned by heart.
    var key: String? { Self.key(left, sign, right) }

    /// Keys of the calculations that its steps are.
    var parts: [String] {
        switch subject {
        case .division: [Self.key(right, "×", result)].compactMap(\.self)
        case .multiplication where left > 10 && left % 10 > 0:
            [Self.key(left / 10 * 10 * right, "+", left % 10 * right)].compactMap(\.self)
        default: []
        }
    }

    static func key(_ left: Int, _ sign: String, _ right: Int) -> String? {
        guard left > 9 || right > 9 else { return nil }
        let isOrdered = sign == "-" || sign == "÷"
        return isOrdered ? "\(left)\(sign)\(right)" : "\(min(left, right))\(sign)\(max(left, right))"
    }

    func steps(_ language: LessonLanguage) -> String {
        let steps = WorkedSteps(language: language)
        return switch subject {
        case .subtraction: steps.subtraction(left, right)
        case .multiplication: steps.multiplication(left, right)
        case .division: steps.division(left, right)
        default: steps.addition(left, right)
        }
    }
}

import DeepSeekLessons
import Testing

struct LessonTruthTests {
    /// The answer that is taught is right, for whoever grades it.
    @Test func everyAnswerIsTheTruth() {
        for lesson in LessonMaker(seed: 11, subjects: LessonSubject.testable).prefix(20_000) {
            #expect(lesson.truth?.accepts(lesson.turns[0].answer) == true, "\(lesson)")
        }
    }

    /// Calculated again from the question.
    @Test(arguments: [LessonSubject.addition, .subtraction, .multiplication, .division])
    func calculationsAreRight(_ subject: LessonSubject) {
        for lesson in LessonMaker(seed: 12, subjects: [subject]).prefix(3_000) {
            let numbers = LessonMakerTests.numbers(lesson.turns[0].question)
            guard numbers.count == 2 else {
                Issue.record("\(lesson)")
                continue
            }
            let result =
                switch subject {
                case .addition: numbers[0] + numbers[1]
                case .subtraction: numbers[0] - numbers[1]
                case .multiplication: numbers[0] * numbers[1]
                default: numbers[0] / numbers[1]
                }
            #expect(lesson.truth == .number(result), "\(lesson)")
        }
    }

    /// Every step of the working is true: `4+3+1=8`.
    @Test func everyStepIsTrue() throws {
        var steps = 0
        for lesson in LessonMaker(seed: 13, subjects: LessonSubject.arithmetic).prefix(5_000) {
            for step in lesson.turns[0].answer.matches(of: /([0-9]+(?:[-+×÷][0-9]+)+)=([0-9]+)/) {
                #expect(Self.value(String(step.output.1)) == Int(step.output.2), "\(lesson.turns[0].answer)")
                steps += 1
            }
        }
        #expect(steps > 10_000)
    }

    /// From left to right; no step mixes signs of different rank.
    private static func value(_ expression: String) -> Int {
        var (result, sign) = (0, Character("+"))
        var number = ""
        for character in expression + "+" {
            if character.isNumber {
                number.append(character)
                continue
            }
            let operand = Int(number) ?? 0
            switch sign {
            case "-": result -= operand
            case "×": result *= operand
            case "÷": result /= max(operand, 1)
            default: result += operand
            }
            (sign, number) = (character, "")
        }
        return result
    }

    @Test func onlyTheLastNumberCounts() {
        #expect(Lesson.Truth.number(85).accepts("7+8=15; so 47+38=85. The answer is 85."))
        #expect(!Lesson.Truth.number(85).accepts("47+38=85. The answer is 86."))
        #expect(!Lesson.Truth.number(85).accepts("I do not know."))
    }

    @Test func textsAndWords() {
        #expect(Lesson.Truth.text("red cat").accepts(" red cat.\n"))
        #expect(!Lesson.Truth.text("red cat").accepts("red cat cat"))
        #expect(Lesson.Truth.word("Tom", not: ["Ben"]).accepts("Tom has the ball."))
        #expect(!Lesson.Truth.word("Tom", not: ["Ben"]).accepts("Tom and Ben have it."))
    }
}

import DeepSeekJSON
import DeepSeekLessons
import Foundation
import Testing

struct LessonMakerTests {
    private func lessons(_ count: Int, seed: UInt64 = 1, split: LessonSplit = .training) -> [Lesson] {
        Array(LessonMaker(seed: seed, split: split).prefix(count))
    }

    @Test func theSameSeedGivesTheSameLessons() {
        #expect(lessons(500, seed: 4) == lessons(500, seed: 4))
        #expect(lessons(500, seed: 4) != lessons(500, seed: 5))
        // The same on every machine: this text must never change, or what was held would be trained on.
        let first = LessonMaker(seed: 1, subjects: [.addition], chineseShare: 0).first { _ in true }
        #expect(first?.text == Self.firstAddition)
    }

    private static let firstAddition =
        "Question: 57 + 99 = ?\nAnswer: 7+9=16, write 6 carry 1; 5+9+1=15; so 57+99=156. The answer is 156."

    @Test func noProblemIsBothHeldAndTaught() {
        var taught: Set<String> = []
        for seed in 1...3 as ClosedRange<UInt64> {
            for lesson in lessons(20_000, seed: seed) {
                taught.formUnion(lesson.parts + [lesson.key].compactMap(\.self))
            }
        }
        let held = lessons(4_000, seed: 9, split: .held)
        #expect(taught.isDisjoint(with: held.compactMap(\.key)))
        #expect(held.allSatisfy { $0.key != nil })
        #expect(Set(held.map(\.subject)).isSuperset(of: LessonSubject.testable))
    }

    /// Nor in other words, in the other language, or as a step of another problem: a sum that is asked in a held lesson
    /// is written nowhere in what is taught.
    @Test func aHeldSumIsWrittenNowhere() {
        let held = LessonMaker(seed: 2, split: .held, subjects: [.addition]).prefix(400)
        let sums = Set(held.map { Self.numbers($0.turns[0].question).sorted() })
        #expect(sums.count > 200 && Set(held.map(\.language)).count == 2)
        for lesson in lessons(20_000) {
            for run in lesson.text.split(whereSeparator: { !"0123456789+ ".contains($0) }) where run.contains("+") {
                #expect(!sums.contains(Self.numbers(String(run)).sorted()), "\(lesson.text)")
            }
        }
    }

    @Test func bothLanguagesHaveTheirShare() {
        let all = lessons(8_000)
        let chinese = Double(all.count { $0.language == .chinese }) / Double(all.count)
        #expect(abs(chinese - 0.45) < 0.03)
        for lesson in all where lesson.language == .chinese && lesson.subject == .story {
            #expect(lesson.text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(lesson.text)")
        }
        #expect(Set(all.map(\.subject)) == Set(LessonSubject.allCases))
        #expect(LessonMaker(seed: 1, chineseShare: 0).prefix(2_000).allSatisfy { $0.language == .english })
    }

    /// No pattern leaves a bracket or a slot behind.
    @Test func everyPatternIsFilledIn() {
        for lesson in lessons(30_000) {
            for turn in lesson.turns {
                for text in [turn.question, turn.answer] {
                    #expect(!text.contains { "[]{}|".contains($0) }, "\(text)")
                    #expect(!text.isEmpty && !text.contains("  ") && !text.hasSuffix(" "), "\(text)")
                }
            }
        }
    }

    static func numbers(_ text: String) -> [Int] { text.split { !("0"..."9").contains($0) }.compactMap { Int($0) } }
}

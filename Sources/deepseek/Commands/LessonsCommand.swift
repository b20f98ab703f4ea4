import ArgumentParser
import DeepSeekLessons

struct LessonsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lessons",
        abstract: "Make the material that DeepSeek-V2-Mini learns from.",
        subcommands: [Make.self, Grade.self, Compare.self])

    struct Make: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "make",
            abstract: "Write stories, conversations and problems with worked answers, as JSON lines.",
            discussion: """
                  deepseek lessons make texts.jsonl --form text --count 60000 --seed 1
                  deepseek lessons make problems.jsonl --form problems --subject addition --subject word-problem \
                --count 4000 --seed 3

                In English and Chinese, in a controlled vocabulary. The same seed gives the same lines on every machine. \
                A problem of --split held is in no training material, whatever the seed.
                """)

        @Argument(help: "The file to write.")
        var output: String

        @Option(
            help:
                "What a line holds: text (for pretraining), messages (for fine-tuning), problems (a question with its answer apart)."
        )
        var form = LessonForm.text

        @Option(help: "Lines.")
        var count: Int

        @Option(help: "Other seeds give other lessons.")
        var seed: UInt64 = 1

        @Option(help: "training, or held: those kept back for tests.")
        var split = LessonSplit.training

        @Option(help: "Lessons of this subject; may be given several times. By default all, in fixed shares.")
        var subject: [LessonSubject] = []

        @Option(help: "The share of the lessons that is in Chinese, from 0 to 1.")
        var chinese = 0.45

        func validate() throws {
            guard (1...100_000_000).contains(count) else {
                throw ValidationError("--count must be from 1 to 100,000,000")
            }
            guard (0...1).contains(chinese) else { throw ValidationError("--chinese must be from 0 to 1") }
            let open = subject.filter { !LessonSubject.testable.contains($0) }
            if form == .problems, let first = open.first {
                throw ValidationError("--form problems: \(first.rawValue) has no problems with one right answer")
            }
            if split == .held, let first = open.first, first == .translation || first == .fact {
                throw ValidationError("--split held: no \(first.rawValue) is held, all are taught")
            }
        }

        func run() throws {
            let subjects = subject.isEmpty && form == .problems ? LessonSubject.testable : subject
            let maker = LessonMaker(seed: seed, split: split, subjects: subjects, chineseShare: chinese)
            let bytes = try LessonFile(path: output, form: form).write(count, from: maker, seed: seed)
            Terminal.note("\(output): \(Format.grouped(count)) lines, \(Format.bytes(bytes))")
        }
    }
}

extension LessonForm: ExpressibleByArgument {}
extension LessonSplit: ExpressibleByArgument {}
extension LessonSubject: ExpressibleByArgument {}

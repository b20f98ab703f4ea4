import ArgumentParser
import DeepSeekInference
import DeepSeekJSON
import DeepSeekLessons

extension LessonsCommand {
    struct Grade: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grade",
            abstract: "Ask a model problems that no training material holds, and count the right answers.",
            discussion: """
                  deepseek lessons grade --model Models/DeepSeek-V2-Mini --count 300
                  deepseek lessons grade --model runs/mini/pretrain/model --form text --subject addition --show 5
                """)

        @OptionGroup var loading: LoadingOptions

        @Option(help: "chat, or text for a model that was only pretrained.")
        var form = LessonExamination.Form.chat

        @Option(help: "Questions of each subject, and stories for the perplexity.")
        var count = 200

        @Option(help: "Other seeds give other questions.")
        var seed: UInt64 = 7

        @Option(help: "Only this subject; may be given several times. By default all with one right answer.")
        var subject: [LessonSubject] = []

        @Option(help: "Print so many wrong answers of each subject.")
        var show = 0

        @Flag(help: "One JSON object.")
        var json = false

        func validate() throws {
            guard (1...100_000).contains(count) else { throw ValidationError("--count must be from 1 to 100,000") }
            guard show >= 0 else { throw ValidationError("--show must not be negative") }
            if let open = subject.first(where: { !LessonSubject.testable.contains($0) }) {
                throw ValidationError("--subject \(open.rawValue): there is no one right answer to count")
            }
        }

        func run() async throws {
            let model = try loading.load(quiet: json)
            let examination = LessonExamination(model, form: form, seed: seed)
            var scores: [SubjectScore] = []
            let show = show
            for subject in subject.isEmpty ? LessonSubject.testable : subject {
                var wrong: [String] = []
                let score = try await examination.examine(subject, count: count) { lesson, answer, isRight in
                    guard !isRight, wrong.count < show, let question = lesson.turns.first?.question else { return }
                    wrong.append("  \(question)\n    \(answer)\n    not \(lesson.truth?.description ?? "")")
                }
                scores.append(score)
                guard !json else { continue }
                Terminal.write(Self.line(score) + "\n" + wrong.map { $0 + "\n" }.joined())
            }
            let stories = try examination.stories(count: count)
            guard !json else {
                let report: JSONValue = ["subjects": .array(scores.map(\.json)), "stories": stories.json]
                return Terminal.write(report.serialized() + "\n")
            }
            let bits = stories.bitsPerByte.map { Format.decimals($0, 4) } ?? "-"
            Terminal.write("stories: perplexity \(Format.decimals(stories.perplexity, 3)), \(bits) bits per byte\n")
        }

        private static func line(_ score: SubjectScore) -> String {
            func percent(_ share: Double?) -> String { share.map { Format.decimals($0 * 100, 1) + " %" } ?? "-" }
            let asked = score.asked.values.reduce(0, +)
            return "\(score.subject.rawValue): \(percent(score.share)) of \(asked) (English "
                + "\(percent(score.share(.english))), Chinese \(percent(score.share(.chinese))))"
        }
    }
}

extension LessonExamination.Form: ExpressibleByArgument {}

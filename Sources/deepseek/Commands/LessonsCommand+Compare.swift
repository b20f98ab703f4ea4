import ArgumentParser
import DeepSeekCheckpoints
import DeepSeekLessons

extension LessonsCommand {
    struct Compare: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compare",
            abstract: "Put what 'grade --json' wrote for several models side by side, in Markdown.",
            discussion: """
                  deepseek lessons compare Base=base.json "Chat (SFT)=sft.json"
                """)

        @Argument(help: ArgumentHelp("The models.", valueName: "name=file"))
        var models: [String]

        func run() throws {
            let columns = try models.map { model in
                guard let equals = model.firstIndex(of: "="), equals > model.startIndex else {
                    throw ValidationError("\(model): must be of the form NAME=FILE")
                }
                let path = String(model[model.index(after: equals)...])
                let grades = try Checkpoint.readJSON(path: path)
                guard grades["subjects"]?.array != nil else {
                    throw CommandError("\(path): holds no \"subjects\"; 'deepseek lessons grade --json' writes them")
                }
                return (name: String(model[..<equals]), grades: grades)
            }
            Terminal.write(GradeTable(columns).markdown)
        }
    }
}

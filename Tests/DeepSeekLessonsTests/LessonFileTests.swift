import DeepSeekJSON
import DeepSeekLessons
import Foundation
import Testing

struct LessonFileTests {
    private func lines(_ form: LessonForm, subjects: [LessonSubject] = []) throws -> [JSONValue] {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/lessons.jsonl"
        let bytes = try LessonFile(path: path, form: form)
            .write(700, from: LessonMaker(seed: 3, subjects: subjects), seed: 3)
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(data.count == bytes)
        let text = try #require(String(data: data, encoding: .utf8), "not valid UTF-8")
        #expect(text.hasSuffix("}\n"))
        return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    }

    @Test func textsArePlain() throws {
        let lines = try lines(.text)
        #expect(lines.count == 700)
        #expect(lines.allSatisfy { $0["text"]?.string?.isEmpty == false })
    }

    @Test func conversationsTakeTurns() throws {
        let lines = try lines(.messages)
        #expect(lines.count == 700)
        var turns: Set<Int> = []
        for line in lines {
            let messages = try #require(line["messages"]?.array)
            #expect(messages.enumerated().allSatisfy { $1["role"]?.string == ($0 % 2 == 0 ? "user" : "assistant") })
            turns.insert(messages.count / 2)
        }
        #expect(turns.isSuperset(of: [1, 2, 3, 4]))
    }

    @Test func problemsHaveAnAnswerApart() throws {
        for line in try lines(.problems, subjects: LessonSubject.arithmetic) {
            #expect(line["messages"]?.array?.count == 1)
            #expect(line["answer"]?.string.flatMap { Int($0) } != nil)
        }
    }

    @Test func aFolderThatCannotBeMadeIsAnError() {
        let error = #expect(throws: LessonError.self) {
            try LessonFile(path: "/dev/null/lessons.jsonl", form: .text).write(1, from: LessonMaker(seed: 1), seed: 1)
        }
        #expect(error?.code == .cannotWrite)
    }
}

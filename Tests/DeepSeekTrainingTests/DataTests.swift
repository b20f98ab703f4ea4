import DeepSeekJSON
import DeepSeekTraining
import Foundation
import Testing

struct DataTests {
    static let hasGzip = FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip")

    private func gzip(_ path: String, level: String = "-6") throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/gzip")
        process.arguments = ["-n", level, path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func tokens(_ trial: TrialRun, _ name: String) throws -> [Int32] {
        let encoder = try TextEncoder(folder: trial.folder.file("tokenizer"))
        let shard = try DataPreparation(encoder: encoder, folder: trial.folder.file("shards"))
            .shard(of: trial.folder.file(name)) { _ in }
        return (0..<shard.documents).flatMap { shard.range($0).map(shard.token) }
    }

    /// Stored, fixed and dynamic blocks, and more than the window of text.
    @Test(.enabled(if: hasGzip, "skipped: needs /usr/bin/gzip"), arguments: ["-1", "-9"])
    func gzipIsRead(level: String) throws {
        let trial = try TrialRun()
        var random = TrainingRandom(seed: 8)
        var text = "short\n"
        for _ in 0..<3_000 { text += "line \(random.next() % 1_000) of something, 中文\n" }
        for _ in 0..<4_000 { text += String(random.next(), radix: 36) }
        try trial.folder.write(text, as: "plain.txt")
        try trial.folder.write(text, as: "packed.txt")
        try gzip(trial.folder.file("packed.txt"), level: level)
        let plain = try tokens(trial, "plain.txt")
        #expect(plain.count > 1_000)
        #expect(try tokens(trial, "packed.txt.gz") == plain)

        let packed = try Data(contentsOf: URL(filePath: trial.folder.file("packed.txt.gz")))
        for (name, data) in [("cut", packed.prefix(packed.count / 2)), ("changed", packed.flipping(packed.count / 2))] {
            try trial.folder.write(Array(data), as: "\(name).txt.gz")
            let error = #expect(throws: TrainingError.self) { try tokens(trial, "\(name).txt.gz") }
            #expect(error?.code == .invalidData)
            #expect(error?.message.contains("\(name).txt.gz") == true)
        }
    }

    @Test(arguments: [
        ("{\"text\": \"a\"}\n{\"text\": 1}\n", "line 2"), ("{\"text\": \"a\"}\nnonsense\n", "line 2"),
        ("", "no text"), ("\n \n", "no text"), ("[1]\n", "line 1"),
    ])
    func brokenLinesAreNamed(text: String, message: String) throws {
        let trial = try TrialRun()
        try trial.folder.write(text, as: "broken.jsonl")
        let error = #expect(throws: TrainingError.self) { try tokens(trial, "broken.jsonl") }
        #expect(error?.message.contains("broken.jsonl") == true)
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func onlyTheAssistantIsLearned() throws {
        let trial = try TrialRun()
        let encoder = try TextEncoder(folder: trial.folder.file("tokenizer"), conversationLimit: 200)
        func message(_ role: String, _ text: String) -> JSONValue { ["role": .string(role), "content": .string(text)] }
        let conversation = TrialRun.line(
            [
                "messages": [
                    message("user", "Hi"), message("assistant", "Yes"), message("user", "So"),
                    message("assistant", "No"),
                ]
            ])
        try trial.folder.write(conversation, as: "one.jsonl")
        let preparation = DataPreparation(encoder: encoder, folder: trial.folder.file("shards"))
        let shard = try preparation.shard(of: trial.folder.file("one.jsonl")) { _ in }
        let stored = shard.range(0).map(shard.token)
        let learned = stored.filter { $0 >= 0 }
        #expect(encoder.tokenizer.decode(learned) == " Yes<eos> No<eos>")
        let all = encoder.tokenizer.decode(stored.map { $0 < 0 ? ~$0 : $0 })
        #expect(all == "<bos>User: Hi\n\nAssistant: Yes<eos>User: So\n\nAssistant: No<eos>")

        for (lines, expected) in [
            (TrialRun.line(["messages": [message("user", "Hi")]]), "no turn of the assistant"),
            (
                TrialRun.line(["messages": [message("assistant", String(repeating: "long ", count: 300))]]),
                "tokens, and a sequence"
            ),
            (TrialRun.line(["text": "Hi"]), "\"messages\""),
        ] {
            try trial.folder.write(lines, as: "bad.jsonl")
            let error = #expect(throws: TrainingError.self) {
                try preparation.shard(of: trial.folder.file("bad.jsonl")) { _ in }
            }
            #expect(error?.message.contains(expected) == true, "\(error?.message ?? "")")
            #expect(error?.message.contains("bad.jsonl, line 1") == true)
        }
    }
}

extension Data {
    fileprivate func flipping(_ index: Int) -> Data {
        var copy = self
        copy[index] ^= 0x10
        return copy
    }
}

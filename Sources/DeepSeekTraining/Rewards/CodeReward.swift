import DeepSeekJSON
import DeepSeekSandbox
import Foundation

/// 1 for an answer whose Python code passes the `tests` of its question (a text, or a list of texts: assertions that run
/// after the code), else 0. The code is that of the last fenced block, or the whole answer. Where `tests` is null, the
/// question is not one for this reward, and gets 0.
///
/// It runs in a ``Sandbox``; what that is good for, and what not, is said there. A program that ends before the tests does
/// not pass them; one that reads its own file to find out how passing is told might cheat.
public struct CodeReward: Reward {
    public let name = "code"
    private let sandbox: Sandbox
    private let interpreter: String

    /// - Throws: ``TrainingError`` `invalidRecipe` where there is no `python3`.
    public init(limits: SandboxLimits = SandboxLimits()) throws {
        guard let interpreter = Sandbox.path(of: "python3") else {
            throw TrainingError(.invalidRecipe, "the reward \"code\" runs python3, and there is none; install it")
        }
        self.interpreter = interpreter
        sandbox = Sandbox(limits: limits)
    }

    public func check(_ question: JSONValue) throws { _ = try Self.tests(question) }

    public func score(_ sample: RewardSample) throws -> Double {
        guard let tests = try Self.tests(sample.question) else { return 0 }
        let sign = UUID().uuidString
        let program = """
            \(Self.code(in: sample.answer))

            \(tests)
            print("\\n\(sign)")
            """
        let outcome = try sandbox.run(interpreter, ["-I", "-B", "main.py"], files: ["main.py": program])
        return outcome.succeeded && outcome.output.hasSuffix("\n\(sign)\n") ? 1 : 0
    }

    /// The last fenced block; what is not closed goes to the end.
    static func code(in answer: String) -> String {
        var blocks: [[Substring]] = []
        var isInside = false
        for line in answer.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isInside.toggle()
                if isInside { blocks.append([]) }
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        return blocks.last?.joined(separator: "\n") ?? answer
    }

    private static func tests(_ question: JSONValue) throws(TrainingError) -> String? {
        if question["tests"] == .null { return nil }
        if let text = question["tests"]?.string, !text.isEmpty { return text }
        if let list = question["tests"]?.array?.map(\.string), !list.isEmpty, !list.contains(nil) {
            return list.compactMap { $0 }.joined(separator: "\n")
        }
        throw TrainingError(
            .invalidData, "the reward \"code\" needs a text, or a list of texts, under \"tests\" in each line")
    }
}

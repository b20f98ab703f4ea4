import DeepSeekInference
import DeepSeekJSON
import DeepSeekModel
import Foundation
import Testing

@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct PerplexityTests {
    /// The text that `reference.json` describes.
    private func referenceText() throws -> String {
        let lines = try String(contentsOfFile: Shared.folder + "/benchmarks/gsm8k/test.jsonl", encoding: .utf8)
            .split(separator: "\n").prefix(50)
        return try lines.map { line in
            let object = try Array(line.utf8).withUnsafeBytes { try JSONValue(parsing: $0) }
            return try #require(object["question"]?.string)
        }.joined(separator: "\n\n")
    }

    @Test func isTheReference() throws {
        let reference = try Shared.json(Shared.trained + "/reference.json")
        let found = try Shared.small().perplexity(text: referenceText())
        #expect(found.context == 512)
        #expect(found.stride == 512)
        #expect(found.tokens == reference["tokens"]?.integer)
        let perplexity = try #require(reference["perplexity"]?.number)
        #expect(abs(found.perplexity / perplexity - 1) < 1e-3)
        let bits = try #require(reference["bits_per_byte"]?.number)
        #expect(abs(try #require(found.bitsPerByte) / bits - 1) < 1e-3)
    }

    /// Against the bfloat16 cache: 6 bits within 0.5 %, 8 bits within 0.1 %, in float32 and where attention runs in
    /// integers.
    @Test(arguments: [ArithmeticType.float32, .int8], [(CacheFormat.int8, 0.001), (.sixBit, 0.005)])
    func lowBitCachesPredictAsWell(arithmetic: ArithmeticType, limit: (format: CacheFormat, share: Double)) throws {
        let text = try referenceText()
        func perplexity(_ format: CacheFormat) throws -> Double {
            let options = LoadOptions(arithmetic: arithmetic, cache: format, attention: .absorbed, threads: 2)
            return try LanguageModel.load(Shared.trained, options: options).perplexity(text: text).perplexity
        }
        let found = try perplexity(limit.format)
        let reference = try perplexity(.bfloat16)
        #expect(abs(found / reference - 1) < limit.share, "\(found) against \(reference)")
        #expect(found != reference)
    }

    /// Held against all rows of each window, scored one by one.
    @Test(arguments: [(24, 24), (24, 7), (24, 1), (64, 64), (40, 39)]) func windowsScoreEachTokenOnce(
        context: Int, stride: Int
    ) throws {
        let ids: [Int32] = (0..<40).map { ($0 * 37) % 512 }
        let model = try Shared.tiny(batchInvariant: true)
        var scored: Set<Int> = []
        var sum = 0.0
        for start in Swift.stride(from: 0, to: ids.count, by: stride) {
            let window = Array(ids[start..<min(start + context, ids.count)])
            try model.logits(ids: window) { row, logits in
                guard row + 1 < window.count, scored.insert(start + row + 1).inserted else { return }
                sum -= Double(try TokenLogprobs(of: window[row + 1], in: logits, top: 0).chosen)
            }
        }
        let found = try model.perplexity(ids: ids, context: context, stride: stride)
        #expect(found.tokens == scored.count)
        #expect(abs(found.negativeLogLikelihood - sum) < 1e-4)
        #expect(found.bitsPerByte == nil)
    }

    @Test func windowsThatDoNotOverlapLeaveTheirFirstTokensOut() {
        let windows = Array(ScoringWindows(count: 10, context: 4, stride: 4))
        #expect(windows.map(\.tokens) == [0..<4, 4..<8, 8..<10])
        #expect(windows.map(\.scored) == [1..<4, 5..<8, 9..<10])
        #expect(Array(ScoringWindows(count: 9, context: 4, stride: 4)).last?.scored.isEmpty == true)
    }

    @Test func overlappingWindowsScoreWhatIsNew() {
        let windows = Array(ScoringWindows(count: 9, context: 4, stride: 3))
        #expect(windows.map(\.tokens) == [0..<4, 3..<7, 6..<9])
        #expect(windows.map(\.scored) == [1..<4, 4..<7, 7..<9])
    }

    @Test func bitsAreOverAllBytes() {
        let score = Perplexity(context: 8, stride: 8, tokens: 4, negativeLogLikelihood: 4 * log(8), utf8Bytes: 6)
        #expect(abs(score.perplexity - 8) < 1e-12)
        #expect(abs((score.bitsPerByte ?? 0) - 2) < 1e-12)
    }

    @Test func refusesWhatCannotBeScored() throws {
        let model = try Shared.tiny(context: 64)
        #expect(code { _ = try model.perplexity(ids: [1]) } == .emptyPrompt)
        #expect(code { _ = try model.perplexity(ids: [1, 2], context: 65) } == .invalidParameter)
        #expect(code { _ = try model.perplexity(ids: [1, 2], context: 1) } == .invalidParameter)
        #expect(code { _ = try model.perplexity(ids: [1, 2], context: 8, stride: 9) } == .invalidParameter)
        #expect(code { _ = try model.perplexity(ids: [1, 2], context: 8, stride: 0) } == .invalidParameter)
        #expect(code { _ = try model.perplexity(ids: [1, 600]) } == .tokenOutOfRange)
        #expect(code { _ = try model.perplexity(text: "x") } == .noTokenizer)
    }
}

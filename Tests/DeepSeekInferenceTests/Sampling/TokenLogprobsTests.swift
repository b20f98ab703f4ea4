import DeepSeekInference
import Foundation
import Testing

@Suite struct TokenLogprobsTests {
    static let logits: [Float] = [0.5, 2, -1, 2, 0]

    private func logprobs(_ token: Int32, top: Int, _ logits: [Float] = logits) throws -> TokenLogprobs {
        try logits.withUnsafeBufferPointer { try TokenLogprobs(of: token, in: $0, top: top) }
    }

    @Test func areTheLogSoftmax() throws {
        let normalizer = log(Self.logits.reduce(0) { $0 + exp(Double($1)) })
        let found = try logprobs(0, top: 3)
        #expect(abs(Double(found.chosen) - (0.5 - normalizer)) < 1e-6)
        #expect(found.top.map(\.id) == [1, 3, 0])
        #expect(abs(Double(found.top[0].logprob) - (2 - normalizer)) < 1e-6)
    }

    @Test func countsAreKept() throws {
        #expect(try logprobs(2, top: 0).top.isEmpty)
        #expect(try logprobs(2, top: 5).top.map(\.id) == [1, 3, 0, 4, 2])
        #expect(try logprobs(2, top: 20).top.count == 5)
    }

    @Test func largeLogitsDoNotOverflow() throws {
        let found = try logprobs(1, top: 1, [1e30, 1e30])
        #expect(abs(found.chosen + Float(log(2.0))) < 1e-6)
    }

    @Test func refusesBadRowsAndTokens() {
        #expect(code { _ = try logprobs(0, top: 1, [0, .nan]) } == .invalidLogits)
        #expect(code { _ = try logprobs(5, top: 1) } == .tokenOutOfRange)
        #expect(code { _ = try logprobs(-1, top: 1) } == .tokenOutOfRange)
    }
}

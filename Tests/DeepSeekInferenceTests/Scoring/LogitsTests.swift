import DeepSeekInference
import Testing

@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct LogitsTests {
    static let ids: [Int32] = (0..<40).map { ($0 * 37) % 512 }

    private func rows(
        _ model: LanguageModel, _ rows: RowSelection, chunk: Int? = nil
    ) throws -> [(row: Int, logits: [Float])] {
        var result: [(row: Int, logits: [Float])] = []
        try model.logits(ids: Self.ids, rows: rows, chunk: chunk) { result.append(($0, Array($1))) }
        return result
    }

    @Test(arguments: [1, 7, 40, 256]) func rowsDoNotDependOnTheirSelection(chunk: Int) throws {
        let model = try Shared.tiny(batchInvariant: true)
        let all = try rows(model, .all)
        #expect(all.map(\.row) == Array(0..<40))
        #expect(all.allSatisfy { $0.logits.count == 512 })
        let last = try rows(model, .last, chunk: chunk)
        #expect(last.map(\.row) == [39])
        #expect(last.first?.logits == all.last?.logits)
        let middle = try rows(model, .range(5..<23), chunk: chunk)
        #expect(middle.map(\.row) == Array(5..<23))
        #expect(middle.map(\.logits) == all[5..<23].map(\.logits))
        #expect(try rows(model, .range(100..<200)).isEmpty)
    }

    @Test func whatCannotBeComputedIsAnError() throws {
        let model = try Shared.tiny(context: 32, chunk: 16)
        #expect(code { try model.logits(ids: []) { _, _ in } } == .emptyPrompt)
        #expect(code { try model.logits(ids: [512]) { _, _ in } } == .tokenOutOfRange)
        #expect(code { try model.logits(ids: Self.ids) { _, _ in } } == .promptTooLong)
        #expect(code { try model.logits(ids: [1], chunk: 17) { _, _ in } } == .invalidParameter)
        #expect(code { try model.logits(ids: [1], chunk: 0) { _, _ in } } == .invalidParameter)
        // A text of exactly the context needs no room for an answer, and room is given back after each.
        for _ in 0..<3 { try model.logits(ids: Array(Self.ids.prefix(32))) { _, _ in } }
    }

    @Test func answersGoOnMeanwhile() async throws {
        let model = try Shared.tiny(batchInvariant: true)
        let alone = try rows(model, .all, chunk: 1)
        var counts: Set<Int> = []
        // Whether the answer is still being computed when the text is scored is up to the machine.
        for attempt in 0..<20 where counts.count < 2 {
            let stream = model.generate(
                GenerationRequest(
                    prompt: [1, 2, Int32(attempt)],
                    sampling: SamplingParameters(temperature: 0, ignoresEndOfSequence: true, maximumTokens: 200)))
            var events = stream.makeAsyncIterator()
            _ = try await events.next()
            counts = []
            var beside: [[Float]] = []
            try model.logits(ids: Self.ids, chunk: 1) { _, logits in
                counts.insert(model.figures.generatedTokens)
                beside.append(Array(logits))
            }
            #expect(beside == alone.map(\.logits))
            stream.cancel()
        }
        #expect(counts.count > 1, "tokens come between the passes of a text")
    }

    @Test func errorsOfTheCallerComeThrough() throws {
        struct Enough: Error {}
        let model = try Shared.tiny()
        #expect(throws: Enough.self) { try model.logits(ids: Self.ids) { row, _ in if row == 3 { throw Enough() } } }
        #expect(try rows(model, .all).count == 40)
    }
}

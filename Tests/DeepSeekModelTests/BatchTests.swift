import DeepSeekModel
import DeepSeekTensors
import Testing

/// A row's result does not depend on its company: to 1e-4 in general, bit for bit where that is asked for.
@Suite(.enabled(if: Golden.isPresent, Golden.reason), .serialized) struct BatchTests {
    static let models = ["v2-tiny", "v2-lite-tiny", "v2-quirks-tiny", "llama-gqa-tiny"].map {
        Golden(name: $0, type: "bf16")
    }

    static let forms: [ForwardOptions.AttentionForm] = [.automatic, .expanded, .absorbed]

    static func ids(_ count: Int, seed: Int) -> [Int32] {
        (0..<count).map { Int32(($0 * 7919 + seed * 104_729) % 509) }
    }

    @Test(arguments: models, forms) func chunksDoNotMatter(golden: Golden, form: ForwardOptions.AttentionForm) throws {
        let model = try golden.open()
        let ids = Self.ids(150, seed: 1)
        for invariant in [false, true] {
            let runner = try ModelRunner(
                model, options: ForwardOptions(attention: form, batchInvariant: invariant))
            let whole = try runner.logits(ids, rows: Array(ids.indices), chunk: 150)
            for chunk in [1, 7, 64, 100] {
                let pieces = try runner.logits(ids, rows: Array(ids.indices), chunk: chunk)
                if invariant {
                    #expect(pieces == whole, "chunk \(chunk)")
                } else {
                    #expect(largestDifference(pieces, whole) < 1e-4, "chunk \(chunk)")
                }
            }
        }
    }

    @Test(arguments: models, forms) func neighboursDoNotMatter(golden: Golden, form: ForwardOptions.AttentionForm)
        throws
    {
        let model = try golden.open()
        for invariant in [false, true] {
            let runner = try ModelRunner(model, options: ForwardOptions(attention: form, batchInvariant: invariant))
            let texts = [90, 1, 33, 70].enumerated().map { Self.ids($1 + 40, seed: $0) }
            let alone = try texts.map { try runner.logits($0, rows: Array($0.indices), chunk: 512) }

            // Two passes: ragged prompts together, then single tokens beside the rest of the longer ones.
            let vocabulary = model.configuration.vocabularySize
            let sequences = texts.map { _ in runner.cache.makeSequence() }
            defer { for sequence in sequences { runner.cache.release(sequence) } }
            var together = texts.map { _ in [Float]() }
            var batch = Batch()
            for pass in 0..<3 {
                batch.removeAll()
                var ranges: [Range<Int>] = []
                for (index, text) in texts.enumerated() {
                    let last = text.count - (index.isMultiple(of: 2) ? 1 : 5)
                    let range = [0..<30, 30..<last, last..<text.count][pass]
                    batch.append(text[range], to: sequences[index], logits: .all)
                    ranges.append(range)
                }
                let logits = try model.forward(batch, cache: runner.cache, workspace: runner.workspace)
                var row = 0
                for (index, range) in ranges.enumerated() {
                    together[index] += logits[row * vocabulary..<(row + range.count) * vocabulary]
                    row += range.count
                }
            }
            for (a, b) in zip(alone, together) {
                if invariant { #expect(a == b) } else { #expect(largestDifference(a, b) < 1e-4) }
            }
        }
    }

    @Test(arguments: models) func threadsDoNotMatter(golden: Golden) throws {
        let model = try golden.open()
        let ids = Self.ids(100, seed: 3)
        let one = try ModelRunner(model, threads: 1).logits(ids, rows: Array(ids.indices), chunk: 60)
        for threads in [2, 3, 5] {
            #expect(try ModelRunner(model, threads: threads).logits(ids, rows: Array(ids.indices), chunk: 60) == one)
        }
    }

    @Test(arguments: models, InstructionSet.available)
    func instructionSetsAgree(golden: Golden, set: InstructionSet) throws {
        let model = try golden.open()
        let ids = Self.ids(40, seed: 4)
        let reference = try ModelRunner(model, instructionSet: .scalar).logits(ids, rows: Array(ids.indices), chunk: 25)
        let logits = try ModelRunner(model, instructionSet: set).logits(ids, rows: Array(ids.indices), chunk: 25)
        #expect(largestDifference(logits, reference) < 1e-4)
    }

    @Test(arguments: models) func bfloat16ArithmeticStaysClose(golden: Golden) throws {
        let model = try golden.open()
        let ids = Self.ids(60, seed: 5)
        let exact = try ModelRunner(model).logits(ids, rows: Array(ids.indices), chunk: 60)
        let runner = try ModelRunner(model, options: ForwardOptions(arithmetic: .bfloat16))
        let rounded = try runner.logits(ids, rows: Array(ids.indices), chunk: 60)
        #expect(runner.cache.layout.format == .bfloat16)
        // Routing may flip for a row, so the mean is compared: a fraction of the logits' deviation of 2.
        let mean = zip(exact, rounded).reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / Float(exact.count)
        #expect(mean > 0 && mean < 0.25)
    }

    @Test func refusesASequenceThatOccursTwice() throws {
        let model = try Golden(name: "v2-norope-tiny", type: "fp32").open()
        let runner = try ModelRunner(model, maximumRows: 16, capacity: 256)
        let (first, second) = (runner.cache.makeSequence(), runner.cache.makeSequence())
        var batch = Batch()
        for sequence in [first, second, first] { batch.append([1, 2], to: sequence) }
        #expect {
            _ = try model.forward(batch, cache: runner.cache, workspace: runner.workspace)
        } throws: { error in
            (error as? ModelError)?.code == .duplicateSequence && "\(error)".contains("row 4")
        }
        #expect(first.length == 0 && runner.cache.freeTokens == 256)
        // Refusing leaves no mark: the same sequences are taken in the next batch.
        batch.removeAll()
        for sequence in [first, second] { batch.append([1, 2], to: sequence) }
        for length in [2, 4] {
            _ = try model.forward(batch, cache: runner.cache, workspace: runner.workspace)
            #expect(first.length == length && second.length == length)
        }
    }

    @Test func refusesWhatDoesNotFit() throws {
        let model = try Golden(name: "v2-norope-tiny", type: "fp32").open()
        let runner = try ModelRunner(model, maximumRows: 16, capacity: 64)
        let sequence = runner.cache.makeSequence()
        func code(_ ids: [Int32]) -> ModelError.Code? {
            var batch = Batch()
            batch.append(ids, to: sequence)
            do {
                _ = try model.forward(batch, cache: runner.cache, workspace: runner.workspace)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code([]) == .emptyInput)
        #expect(code([-1]) == .tokenOutOfRange)
        #expect(code([512]) == .tokenOutOfRange)
        #expect(code(Self.ids(17, seed: 0)) == .contextExceeded)
        for _ in 0..<4 { #expect(code(Self.ids(16, seed: 0)) == nil) }
        #expect(code([1]) == .contextExceeded)
        #expect(sequence.length == 64)
        runner.cache.release(sequence)
        #expect(runner.cache.freeTokens == 64)
    }
}

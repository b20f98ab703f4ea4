import DeepSeekModel
import DeepSeekTensors
import Testing

/// What a cache keeps, in every format.
@Suite(.enabled(if: Golden.isPresent, Golden.reason), .serialized) struct CacheFormatTests {
    static let lowBit: [CacheFormat] = [.int8, .sixBit]

    /// Mean absolute difference of logits whose deviation is about 2. Routing may flip for a row, so no maximum.
    private func distance(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(a.count)
    }

    @Test func pagesAreThoseOfTheKernels() { #expect(CacheLayout.pageTokens == PackedCacheFormat.pageTokens) }

    /// The fewer bits, the further from float32, and never far.
    @Test(arguments: BatchTests.models) func stayClose(golden: Golden) throws {
        let model = try golden.open()
        let ids = BatchTests.ids(150, seed: 1)
        let exact = try ModelRunner(model).logits(ids, rows: Array(ids.indices), chunk: 150)
        for (format, limit) in [(CacheFormat.float32, Float(0)), (.bfloat16, 0.05), (.int8, 0.2), (.sixBit, 0.45)] {
            let runner = try ModelRunner(model, format: format)
            let difference = distance(try runner.logits(ids, rows: Array(ids.indices), chunk: 150), exact)
            #expect(difference <= limit && (difference > 0) == (format != .float32), "\(format)")
        }
    }

    /// Expanded from the cache or attended to where it lies, in float32 or in integers: the same to the rounding of
    /// queries and weights.
    @Test(arguments: BatchTests.models, lowBit) func formsAgree(golden: Golden, format: CacheFormat) throws {
        let model = try golden.open()
        let ids = BatchTests.ids(150, seed: 2)
        func logits(_ arithmetic: ArithmeticType, _ form: ForwardOptions.AttentionForm) throws -> [Float] {
            let options = ForwardOptions(arithmetic: arithmetic, attention: form)
            return try ModelRunner(model, options: options, format: format).logits(
                ids, rows: Array(ids.indices), chunk: 150)
        }
        let exact = try logits(.float32, .expanded)
        // Where the forms differ in a last bit, an element may be rounded to another level.
        #expect(distance(try logits(.float32, .absorbed), exact) < 1e-3)
        #expect(distance(try logits(.int8, .absorbed), exact) < 0.2)
    }

    /// Far past position 4,096, where a row has all its stretches.
    @Test func longTextsAgree() throws {
        let model = try Golden(name: "v2-lite-tiny", type: "bf16").open()
        let ids = BatchTests.ids(4_200, seed: 3)
        let rows = [0, 63, 64, 255, 256, 1_000, 4_095, 4_096, 4_199]
        func logits(_ arithmetic: ArithmeticType, _ form: ForwardOptions.AttentionForm) throws -> [Float] {
            let options = ForwardOptions(arithmetic: arithmetic, attention: form)
            return try ModelRunner(model, options: options, format: .sixBit).logits(ids, rows: rows, chunk: 512)
        }
        #expect(distance(try logits(.int8, .absorbed), try logits(.float32, .expanded)) < 0.2)
    }

    @Test(arguments: BatchTests.models, lowBit)
    func chunksAndNeighboursDoNotMatter(golden: Golden, format: CacheFormat) throws {
        let model = try golden.open()
        let options = ForwardOptions(arithmetic: .int8, batchInvariant: true)
        let runner = try ModelRunner(model, options: options, format: format)
        let ids = BatchTests.ids(300, seed: 4)
        let whole = try runner.logits(ids, rows: Array(ids.indices), chunk: 300)
        for chunk in [1, 33] {
            #expect(try runner.logits(ids, rows: Array(ids.indices), chunk: chunk) == whole, "chunk \(chunk)")
        }
        // Thirty-six texts of all lengths take more than one round of the steps.
        let sequences = (0..<36).map { _ in runner.cache.makeSequence() }
        var batch = Batch()
        for last in [false, true] {
            batch.removeAll()
            for (index, sequence) in sequences.enumerated() {
                let count = 1 + index * 8
                batch.append(last ? ids[count..<count + 1] : ids[..<count], to: sequence)
                guard batch.tokens.count > 200 || index == sequences.count - 1 else { continue }
                let logits = try model.forward(batch, cache: runner.cache, workspace: runner.workspace)
                if last {
                    let vocabulary = model.configuration.vocabularySize
                    for row in 0..<batch.logitRows.count {
                        let position = 1 + (index + 1 - batch.logitRows.count + row) * 8
                        #expect(
                            Array(logits[row * vocabulary..<(row + 1) * vocabulary])
                                == Array(whole[position * vocabulary..<(position + 1) * vocabulary]))
                    }
                }
                batch.removeAll()
            }
        }
    }

    @Test(arguments: BatchTests.models, lowBit) func threadsDoNotMatter(golden: Golden, format: CacheFormat) throws {
        let model = try golden.open()
        let ids = BatchTests.ids(300, seed: 5)
        func logits(_ threads: Int, _ form: ForwardOptions.AttentionForm) throws -> [Float] {
            try ModelRunner(
                model, options: ForwardOptions(arithmetic: .int8, attention: form), format: format, threads: threads
            ).logits(ids, rows: Array(ids.indices), chunk: 60)
        }
        for form in [ForwardOptions.AttentionForm.automatic, .absorbed] {
            let one = try logits(1, form)
            for threads in [2, 3, 5] { #expect(try logits(threads, form) == one) }
        }
    }

    /// Sums are exact; between the vector sets and the reference only the exponential differs.
    @Test(arguments: lowBit, InstructionSet.available)
    func instructionSetsAgree(format: CacheFormat, set: InstructionSet) throws {
        let model = try Golden(name: "v2-tiny", type: "bf16").open()
        let ids = BatchTests.ids(80, seed: 6)
        func logits(_ set: InstructionSet) throws -> [Float] {
            try ModelRunner(
                model, options: ForwardOptions(arithmetic: .int8, attention: .absorbed), format: format,
                instructionSet: set
            ).logits(ids, rows: Array(ids.indices), chunk: 80)
        }
        #expect(distance(try logits(set), try logits(.scalar)) < 0.01)
    }
}

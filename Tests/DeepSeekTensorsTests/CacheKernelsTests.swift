import DeepSeekTensors
import Testing

/// Pages of a low-bit cache: every instruction set of this machine against the reference, bit for bit, and the reference
/// against plain sums.
@Suite struct CacheKernelsTests {
    private static let page = PackedCacheFormat.pageTokens
    private static let columns = [1, 7, 16, 24, 40, 64, 100, 128, 136, 200, 512]
    private static let heads = 9

    private static func levels(_ format: PackedCacheFormat) -> Float { format == .int8 ? 127 : 31 }

    /// Rows of many sizes: tiny ones, large ones, zeros, and one with an outlier.
    private static func rows(_ columns: Int) -> [Float] {
        var rows = KernelsTests.numbers(page * columns, seed: UInt64(columns))
        for column in 0..<columns {
            rows[column] *= 1e-9
            rows[columns + column] *= 100
            rows[2 * columns + column] = 0
        }
        rows[3 * columns] = 6_000
        return rows
    }

    /// A page of a segment. Every second token is written first, so that neighbours would notice each other.
    private static func encoded(
        _ rows: [Float], columns: Int, _ format: PackedCacheFormat, _ kernels: CacheKernels
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: format.segmentBytes(columns: columns))
        bytes.withUnsafeMutableBytes { bytes in
            rows.withUnsafeBufferPointer { rows in
                guard let segment = bytes.baseAddress, let rows = rows.baseAddress else { return }
                for token in Array(stride(from: 0, to: page, by: 2)) + Array(stride(from: 1, to: page, by: 2)) {
                    kernels.encode(format, rows + token * columns, columns: columns, token: token, segment)
                }
            }
        }
        return bytes
    }

    private static func decoded(
        _ bytes: [UInt8], columns: Int, tokens: Range<Int>, _ format: PackedCacheFormat, _ kernels: CacheKernels
    ) -> [Float] {
        var values = [Float](repeating: .nan, count: tokens.count * columns)
        kernels.decode(format, bytes, columns: columns, tokens: tokens, &values, yStride: columns)
        return values
    }

    /// Quantised queries, and their values as float32.
    private static func queries(_ columns: Int) -> (rows: [UInt8], values: [Float]) {
        let values = KernelsTests.numbers(heads * columns, seed: 77)
        let rowBytes = PackedKernels.rowBytes(columns: columns)
        var rows = [Float](repeating: 0, count: heads * rowBytes / 4)
        rows.withUnsafeMutableBytes { rows in
            values.withUnsafeBufferPointer { values in
                guard let rows = rows.baseAddress?.assumingMemoryBound(to: UInt8.self), let values = values.baseAddress
                else { return }
                for head in 0..<heads {
                    PackedKernels(.scalar).quantizeRow(
                        values + head * columns, columns: columns, rows + head * rowBytes)
                }
            }
        }
        return (rows.withUnsafeBytes { Array($0) }, values)
    }

    @Test(arguments: KernelsTests.sets, PackedCacheFormat.allCases)
    func rowsAreWrittenAndReadBitForBit(set: InstructionSet, format: PackedCacheFormat) {
        let (kernels, reference) = (CacheKernels(set), CacheKernels(.scalar))
        for columns in Self.columns {
            let rows = Self.rows(columns)
            let bytes = Self.encoded(rows, columns: columns, format, reference)
            #expect(bytes == Self.encoded(rows, columns: columns, format, kernels), "\(columns) columns")
            for tokens in [0..<Self.page, 3..<4, 60..<64] {
                let values = Self.decoded(bytes, columns: columns, tokens: tokens, format, reference)
                #expect(values == Self.decoded(bytes, columns: columns, tokens: tokens, format, kernels))
            }
        }
    }

    /// The scale is chosen for the least squared error, so that is bounded: by what rounding with the scale that reaches
    /// the largest number costs, half of a step of at most 9/8 of the exact one.
    @Test(arguments: PackedCacheFormat.allCases) func rowsComeBack(format: PackedCacheFormat) {
        for columns in Self.columns {
            let rows = Self.rows(columns)
            let bytes = Self.encoded(rows, columns: columns, format, CacheKernels(.scalar))
            let values = Self.decoded(bytes, columns: columns, tokens: 0..<Self.page, format, CacheKernels(.scalar))
            for token in 1..<Self.page {
                let range = token * columns..<(token + 1) * columns
                let largest = rows[range].reduce(0) { max($0, abs($1)) }
                let error = zip(rows[range], values[range]).reduce(Float(0)) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                let step = max(largest / Self.levels(format) * 1.125, 0x1p-24)
                #expect(error <= Float(columns) * step * step / 4 * 1.0001, "\(columns) columns, token \(token)")
            }
            // What is far below the smallest scale becomes zero, and zeros stay.
            #expect(values[2 * columns..<3 * columns].allSatisfy { $0 == 0 })
        }
    }

    @Test(arguments: KernelsTests.sets, PackedCacheFormat.allCases)
    func attentionIsTheReferencesBitForBit(set: InstructionSet, format: PackedCacheFormat) {
        for columns in Self.columns {
            let bytes = Self.encoded(Self.rows(columns), columns: columns, format, CacheKernels(.scalar))
            for heads in [1, 2, 5, Self.heads] {
                let results = [InstructionSet.scalar, set].map {
                    Self.attend(bytes, columns: columns, heads: heads, count: 61, format, CacheKernels($0))
                }
                #expect(results[0].scores == results[1].scores, "\(columns) columns, \(heads) heads")
                #expect(results[0].output == results[1].output, "\(columns) columns, \(heads) heads")
            }
        }
    }

    /// Scores of all tokens, and values weighted with a softmax-like set of weights, added to one half.
    private static func attend(
        _ bytes: [UInt8], columns: Int, heads: Int, count: Int, _ format: PackedCacheFormat, _ kernels: CacheKernels
    ) -> (scores: [Float], output: [Float]) {
        var scores = [Float](repeating: 0.25, count: heads * page)
        kernels.addScores(
            format, bytes, columns: columns, queries: queries(columns).rows,
            rowBytes: PackedKernels.rowBytes(columns: columns), heads: heads, to: &scores)
        var weights = [Float](repeating: 0, count: heads * CacheKernels.weightBytes / 4)
        weights.withUnsafeMutableBytes { weights in
            guard let weights = weights.baseAddress else { return }
            for head in 0..<heads {
                kernels.weights(
                    format, softmax(head), segment: bytes, columns: columns, count: count,
                    weights + head * CacheKernels.weightBytes)
            }
        }
        var output = [Float](repeating: 0.5, count: heads * columns)
        kernels.addValues(
            format, bytes, columns: columns, weights: weights, heads: heads,
            rescale: (0..<heads).map { 1 / Float($0 + 1) }, to: &output, outputStride: columns)
        return (scores, output)
    }

    /// Spread evenly for the first heads, ever more peaked for later ones; head 3 gives nothing.
    private static func softmax(_ head: Int) -> [Float] {
        (0..<page).map { head == 3 ? 0 : 1 / Float(1 + $0 * 5 % 64 * head * head) }
    }

    @Test(arguments: PackedCacheFormat.allCases) func attentionIsNearPlainSums(format: PackedCacheFormat) {
        let reference = CacheKernels(.scalar)
        for columns in Self.columns {
            let rows = KernelsTests.numbers(Self.page * columns, seed: 5)
            let bytes = Self.encoded(rows, columns: columns, format, reference)
            let values = Self.decoded(bytes, columns: columns, tokens: 0..<Self.page, format, reference).map(
                Double.init)
            let queries = Self.queries(columns).values
            let (scores, output) = Self.attend(
                bytes, columns: columns, heads: Self.heads, count: 61, format, reference)
            for head in 0..<Self.heads {
                for token in 0..<Self.page {
                    var (exact, size) = (0.25, 0.0)
                    for column in 0..<columns {
                        exact += Double(queries[head * columns + column]) * values[token * columns + column]
                        size += abs(values[token * columns + column])
                    }
                    // Queries are within one, so int8 rounds each by 1/254 at most.
                    #expect(abs(Double(scores[head * Self.page + token]) - exact) <= size / 254 + 1e-5)
                }
                let softmax = Self.softmax(head)
                for column in 0..<columns {
                    let exact = (0..<61).reduce(0.5 / Double(head + 1)) {
                        $0 + Double(softmax[$1]) * values[$1 * columns + column]
                    }
                    // Each weight is within half of 1/16383 of the largest, 1; values are within about one.
                    #expect(abs(Double(output[head * columns + column]) - exact) <= 61 * 1.2 / 32_766 + 1e-5)
                }
            }
        }
    }

    /// A row with a number that is none, or one that no scale reaches, is no number, whole; its neighbours stay.
    @Test(arguments: KernelsTests.sets, PackedCacheFormat.allCases)
    func numbersThatAreNotFiniteStaySo(set: InstructionSet, format: PackedCacheFormat) {
        let kernels = CacheKernels(set)
        let columns = 40
        for bad in [Float.nan, .infinity, -.infinity, 1e9] {
            var rows = KernelsTests.numbers(Self.page * columns, seed: 9)
            rows[5 * columns + 33] = bad
            let bytes = Self.encoded(rows, columns: columns, format, kernels)
            #expect(bytes == Self.encoded(rows, columns: columns, format, CacheKernels(.scalar)))
            let values = Self.decoded(bytes, columns: columns, tokens: 0..<Self.page, format, kernels)
            #expect(values[5 * columns..<6 * columns].allSatisfy { $0.isNaN })
            #expect(
                values[..<(5 * columns)].allSatisfy { $0.isFinite }
                    && values[(6 * columns)...].allSatisfy { $0.isFinite })
            let attended = Self.attend(bytes, columns: columns, heads: 2, count: 4, format, kernels)
            #expect(attended.scores[5].isNaN && attended.scores[4].isFinite)
            // A token that is not counted gives nothing, whatever it holds.
            #expect(attended.output.allSatisfy { $0.isFinite })
        }
    }

    @Test func formatsTakeTheirBits() {
        #expect(PackedCacheFormat.sixBit.segmentBytes(columns: 512) == 64 * (512 * 6 / 8 + 1))
        #expect(PackedCacheFormat.int8.segmentBytes(columns: 512) == 64 * 513)
        #expect(PackedCacheFormat.sixBit.segmentBytes(columns: 17) == 64 * (32 * 6 / 8 + 1))
    }
}

import DeepSeekTensors
import Testing

/// Low-bit products: every instruction set of this machine against the reference, and the reference against plain sums.
@Suite struct PackedKernelsTests {
    /// A panel of 16 rows with its values as float32 `[16, columns]`.
    private struct Panel {
        var bytes: [UInt8]
        var values: [[Float]]
    }

    private func panel(_ format: PackedFormat, columns: Int) -> Panel {
        var bytes = [UInt8](repeating: 0xFF, count: format.panelBytes(columns: columns))
        var values = [[Float]](repeating: [Float](repeating: 0, count: columns), count: PackedFormat.panelRows)
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        bytes.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let writer = PanelWriter(format, columns: columns, bytes: base)
            for row in 0..<PackedFormat.panelRows {
                for group in 0..<PanelWriter.groups(columns: columns) {
                    let elements = (0..<PackedFormat.groupColumns).map { _ in
                        Int8(format == .int8 ? next(255) - 127 : next(16))
                    }
                    // 8-bit scales from 2^−12 on; float16 ones from 2^−10 on.
                    let scale = UInt16(format == .int4 ? 96 + next(32) : 0x1400 + next(0x400))
                    let offset = UInt16(format == .int4 ? next(256) : 0x9800 + next(0x400))
                    writer.set(row: row, group: group, elements: elements, scale: scale, offset: offset)
                    let s: Float =
                        format == .int4
                        ? Float(sign: .plus, exponent: Int(scale >> 3) - 24, significand: 1 + Float(scale & 7) / 8)
                        : Float(Float16(bitPattern: scale))
                    for index in 0..<PackedFormat.groupColumns {
                        let column = group * PackedFormat.groupColumns + index
                        guard column < columns else { break }
                        let q = Float(elements[index])
                        switch format {
                        case .int4: values[row][column] = s * (q - Float(offset) / 16)
                        case .int4Wide: values[row][column] = s * q + Float(Float16(bitPattern: offset))
                        case .int8: values[row][column] = s * q
                        }
                    }
                }
            }
        }
        return Panel(bytes: bytes, values: values)
    }

    private func quantized(_ x: [Float], columns: Int, tokens: Int, _ kernels: PackedKernels) -> [UInt8] {
        let rowBytes = PackedKernels.rowBytes(columns: columns)
        // In whole floats, so that the memory is aligned for them.
        var rows = [Float](repeating: 0, count: tokens * rowBytes / 4)
        return x.withUnsafeBufferPointer { x in
            rows.withUnsafeMutableBytes { rows in
                let base = rows.baseAddress?.assumingMemoryBound(to: UInt8.self)
                for token in 0..<tokens {
                    guard let base, let x = x.baseAddress else { break }
                    kernels.quantizeRow(x + token * columns, columns: columns, base + token * rowBytes)
                }
                return Array(rows)
            }
        }
    }

    private static let columns = [1, 32, 40, 96, 128, 200, 1_408]

    @Test(arguments: KernelsTests.sets, PackedFormat.allCases)
    func productsAreTheReferencesBitForBit(set: InstructionSet, format: PackedFormat) {
        let (kernels, reference) = (PackedKernels(set), PackedKernels(.scalar))
        for columns in Self.columns {
            let panel = panel(format, columns: columns)
            for tokens in [1, 3, 16, 21] {
                let x = KernelsTests.numbers(tokens * columns, seed: UInt64(columns + tokens))
                let rows = quantized(x, columns: columns, tokens: tokens, reference)
                #expect(rows == quantized(x, columns: columns, tokens: tokens, kernels))
                var results: [[Float]] = []
                for kernels in [reference, kernels] {
                    var y = [Float](repeating: .nan, count: tokens * PackedFormat.panelRows)
                    kernels.product(
                        format, panel.bytes, columns: columns, rows, rowBytes: PackedKernels.rowBytes(columns: columns),
                        tokens: tokens, &y, yStride: PackedFormat.panelRows)
                    results.append(y)
                }
                #expect(results[0] == results[1], "\(columns) columns, \(tokens) tokens")
                expectNear(results[0], panel, x, columns: columns, tokens: tokens)
            }
        }
    }

    /// Activations in 8 bits are off by at most half a step of 1/127 of the largest of their block.
    private func expectNear(_ y: [Float], _ panel: Panel, _ x: [Float], columns: Int, tokens: Int) {
        for token in 0..<tokens {
            let input = x[(token * columns)..<((token + 1) * columns)]
            for row in 0..<PackedFormat.panelRows {
                let exact = zip(panel.values[row], input).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                let bound = panel.values[row].reduce(0.0) { $0 + Double(abs($1)) } / 254 + 1e-5
                #expect(abs(Double(y[token * PackedFormat.panelRows + row]) - exact) <= bound)
            }
        }
    }

    @Test(arguments: KernelsTests.sets, PackedFormat.allCases)
    func unpackingGivesTheWrittenValues(set: InstructionSet, format: PackedFormat) {
        let kernels = PackedKernels(set)
        for columns in Self.columns {
            let panel = panel(format, columns: columns)
            let stride = (columns + 7) / 8 * 8
            for half in 0..<2 {
                var rows = [Float](repeating: .nan, count: 8 * stride)
                kernels.unpackRows(format, panel.bytes, columns: columns, half: half, &rows)
                for row in 0..<8 {
                    let expected = panel.values[half * 8 + row]
                    for column in 0..<stride {
                        let value = rows[row * stride + column]
                        if column < columns {
                            #expect(abs(value - expected[column]) <= 1e-6 * abs(expected[column]) + 1e-9)
                        } else {
                            #expect(value == 0)
                        }
                    }
                }
                var float = [Float](repeating: .nan, count: Kernels.panelSize(columns: columns))
                kernels.unpackPanel(format, panel.bytes, columns: columns, half: half, &float)
                for step in 0..<(stride / 8) {
                    for row in 0..<8 {
                        #expect(
                            float[((step * 8 + row) * 8)..<((step * 8 + row) * 8 + 8)].elementsEqual(
                                rows[(row * stride + step * 8)..<(row * stride + step * 8 + 8)]))
                    }
                }
            }
        }
    }

    @Test(arguments: KernelsTests.sets, PackedFormat.allCases)
    func weightedRowsGiveTheSameBitsAsTheReference(set: InstructionSet, format: PackedFormat) {
        for columns in Self.columns {
            for (count, tokens) in [(1, 1), (2, 3), (9, 5)] {
                let panel = panel(format, columns: columns)
                // The same panel again and again.
                var panels: [UInt8] = []
                for _ in 0..<count { panels += panel.bytes }
                let rows = count * PackedFormat.panelRows
                let weights = (0..<(tokens * rows)).map { Float(($0 * 37 + 11) % 101) / 50 - 1 }
                let results = [InstructionSet.scalar, set].map { set in
                    var y = [Float](repeating: .nan, count: tokens * (columns + 3))
                    PackedKernels(set).weightedRows(
                        format, panels, count: count, columns: columns, weights: weights, weightStride: rows,
                        tokens: tokens, &y, yStride: columns + 3)
                    return y
                }
                #expect(results[0].map(\.bitPattern) == results[1].map(\.bitPattern), "\(columns), \(count), \(tokens)")
                for token in 0..<tokens {
                    for column in 0..<columns {
                        var (exact, bound) = (0.0, 1e-6)
                        for row in 0..<rows {
                            let weight = panel.values[row % PackedFormat.panelRows][column]
                            exact += Double(weight) * Double(weights[token * rows + row])
                            bound += 2e-6 * (1 + abs(Double(weight)))
                        }
                        #expect(abs(Double(results[0][token * (columns + 3) + column]) - exact) <= bound)
                    }
                }
            }
        }
    }

    @Test(arguments: KernelsTests.sets) func numbersThatAreNotFiniteStaySo(set: InstructionSet) {
        let kernels = PackedKernels(set)
        let panel = panel(.int4, columns: 256)
        for bad in [Float.nan, .infinity, -.infinity] {
            var x = KernelsTests.numbers(256, seed: 3)
            x[200] = bad
            let rows = quantized(x, columns: 256, tokens: 1, kernels)
            var y = [Float](repeating: 0, count: PackedFormat.panelRows)
            kernels.product(
                .int4, panel.bytes, columns: 256, rows, rowBytes: PackedKernels.rowBytes(columns: 256), tokens: 1, &y,
                yStride: PackedFormat.panelRows)
            #expect(y.allSatisfy { !$0.isFinite })
        }
    }

    @Test func formatsTakeTheirBits() {
        for (format, bits) in [(PackedFormat.int4, 4.5), (.int4Wide, 5), (.int8, 8.5)] {
            #expect(Double(format.byteCount(rows: 2_048, columns: 2_048) * 8) / (2_048 * 2_048) == bits)
        }
    }
}

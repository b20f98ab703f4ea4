import DeepSeekTensors
import Testing

/// Every instruction set of this machine against the scalar reference.
@Suite struct KernelsTests {
    static let sets = InstructionSet.available
    static let types: [ElementType] = [.float32, .float16, .bfloat16]
    let reference = Kernels(.scalar)

    /// Numbers in ±1, the same for the same seed.
    static func numbers(_ count: Int, seed: UInt64) -> [Float] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
        }
    }

    func stored(_ values: [Float], as type: ElementType) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: values.count * type.size)
        bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { reference.store(type, values, count: values.count, base) }
        }
        return bytes
    }

    @Test(arguments: sets, types) func productsAreEqualBitForBit(set: InstructionSet, type: ElementType) {
        let kernels = Kernels(set)
        for (rows, columns, tokens) in [(1, 1, 1), (8, 64, 3), (5, 37, 13), (8, 8, 24), (3, 600, 7), (8, 257, 1)] {
            let weights = stored(Self.numbers(rows * columns, seed: 1), as: type)
            let x = Self.numbers(tokens * columns, seed: 2)
            var results: [[Float]] = []
            for kernels in [reference, kernels] {
                var panel = [Float](repeating: .nan, count: Kernels.panelSize(columns: columns))
                kernels.packPanel(type, weights, stride: columns, rows: rows, columns: columns, &panel)
                var y = [Float](repeating: 0, count: tokens * rows)
                kernels.panelProduct(
                    panel, rows: rows, x, xStride: columns, tokens: tokens, columns: columns, &y, yStride: rows)
                var single = [Float](repeating: 0, count: tokens * rows)
                single.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    for token in 0..<tokens {
                        kernels.rowsDot(
                            type, weights, stride: columns, rows: rows, Array(x[(token * columns)...]),
                            columns: columns, base + token * rows)
                    }
                }
                #expect(single == y, "one token at a time or several: the same bits")
                results.append(panel + y)
            }
            #expect(results[0] == results[1], "\(rows) × \(columns), \(tokens) tokens")
        }
    }

    /// Odd sizes and tails, and one token at a time or several.
    @Test(arguments: sets) func bfloat16ProductsAreEqualBitForBit(set: InstructionSet) {
        let kernels = Kernels(set)
        guard kernels.hasBFloat16Products else { return }
        for (rows, columns, tokens) in [(1, 1, 1), (8, 64, 3), (5, 37, 13), (9, 31, 24), (3, 600, 7), (8, 2_048, 6)] {
            let weights = stored(Self.numbers(rows * columns, seed: 11), as: .bfloat16)
            let x = stored(Self.numbers(tokens * columns, seed: 12), as: .bfloat16)
            func product(_ kernels: Kernels, tokens block: Int) -> [Float] {
                var y = [Float](repeating: .nan, count: tokens * rows)
                for token in stride(from: 0, to: tokens, by: block) {
                    weights.withUnsafeBytes { weights in
                        x.withUnsafeBytes { x in
                            y.withUnsafeMutableBufferPointer { y in
                                guard let w = weights.baseAddress, let x = x.baseAddress, let y = y.baseAddress else {
                                    return
                                }
                                kernels.bfloat16Product(
                                    w.assumingMemoryBound(to: UInt16.self), stride: columns, rows: rows,
                                    x.assumingMemoryBound(to: UInt16.self) + token * columns, xStride: columns,
                                    tokens: min(block, tokens - token), columns: columns, y + token * rows,
                                    yStride: rows)
                            }
                        }
                    }
                }
                return y
            }
            let expected = product(reference, tokens: tokens)
            #expect(product(kernels, tokens: tokens) == expected, "\(rows) × \(columns), \(tokens) tokens")
            #expect(product(kernels, tokens: 1) == expected)
            // Beside the products in float32 of the same numbers, which are summed in another order.
            for row in 0..<rows {
                let line = Array(weights[(row * columns * 2)..<((row + 1) * columns * 2)])
                var numbers = [Float](repeating: 0, count: columns)
                var single: Float = 0
                reference.load(.bfloat16, Array(x[..<(columns * 2)]), count: columns, &numbers)
                reference.rowsDot(.bfloat16, line, stride: columns, rows: 1, numbers, columns: columns, &single)
                #expect(abs(single - expected[row]) < 1e-4)
            }
        }
    }

    @Test(arguments: sets, types) func weightedRowsAreEqualBitForBit(set: InstructionSet, type: ElementType) {
        let kernels = Kernels(set)
        for (count, width, tokens) in [(1, 1, 1), (64, 128, 16), (7, 43, 9), (64, 20, 2), (3, 600, 1)] {
            let values = stored(Self.numbers(count * width, seed: 3), as: type)
            let weights = Self.numbers(tokens * count, seed: 4)
            let scale = Self.numbers(tokens, seed: 5)
            for isFresh in [true, false] {
                let results = [reference, kernels].map { kernels in
                    var output = Self.numbers(tokens * width, seed: 6)
                    scale.withUnsafeBufferPointer { scale in
                        kernels.weightedRows(
                            type, values, stride: width, count: count, weights, weightStride: count, tokens: tokens,
                            width: width, scale: isFresh ? nil : scale.baseAddress, &output, outputStride: width)
                    }
                    return output
                }
                #expect(results[0] == results[1])
            }
        }
    }

    @Test(arguments: sets, types) func conversionsAreEqual(set: InstructionSet, type: ElementType) {
        let kernels = Kernels(set)
        let special: [Float] = [
            0, -0.0, 1, .infinity, -.infinity, 65_504, 65_519, 65_520, 1e-7, 6e-8, 3e-8, .leastNonzeroMagnitude, 3.4e38,
        ]
        let values =
            special + Self.numbers(1_003, seed: 7).map { $0 * 300 } + Self.numbers(500, seed: 8).map { $0 * 1e-5 }
        let expected = stored(values, as: type)
        var bytes = [UInt8](repeating: 0, count: expected.count)
        kernels.store(type, values, count: values.count, &bytes)
        #expect(bytes == expected)
        var (a, b) = (values, values)
        reference.load(type, expected, count: values.count, &a)
        kernels.load(type, expected, count: values.count, &b)
        #expect(a == b)
    }

    @Test(arguments: sets) func everyBFloat16ReadsBack(set: InstructionSet) {
        let kernels = Kernels(set)
        let all = (0..<65_536).map { UInt16($0) }
        var values = [Float](repeating: 0, count: all.count)
        kernels.load(.bfloat16, all, count: all.count, &values)
        for (bits, value) in zip(all, values) {
            #expect(value.bitPattern == UInt32(bits) << 16)
        }
        kernels.roundToBFloat16(&values, count: values.count)
        for (bits, value) in zip(all, values) where !value.isNaN { #expect(value.bitPattern == UInt32(bits) << 16) }
    }

    @Test(arguments: sets) func normsAgree(set: InstructionSet) {
        let kernels = Kernels(set)
        for count in [1, 8, 100, 5_120] {
            let (x, weight) = (Self.numbers(count, seed: 9), Self.numbers(count, seed: 10))
            var (a, b) = (x, x)
            reference.rmsNorm(x, weight: weight, count: count, epsilon: 1e-6, &a)
            kernels.rmsNorm(x, weight: weight, count: count, epsilon: 1e-6, &b)
            #expect(a == b)
        }
    }

    /// The exponential is a polynomial in the vector form: to 3e-7 relative.
    @Test(arguments: sets) func gatesAgree(set: InstructionSet) {
        let kernels = Kernels(set)
        let gate = stride(from: Float(-100), through: 100, by: 0.037).map { $0 }
        let up = Self.numbers(gate.count, seed: 11)
        var (a, b) = (gate, gate)
        reference.siluMultiply(gate: gate, up: up, count: gate.count, &a)
        kernels.siluMultiply(gate: gate, up: up, count: gate.count, &b)
        for (x, y) in zip(a, b) { #expect(abs(x - y) <= 3e-7 * abs(x) + 1e-36) }
    }

    @Test(arguments: sets) func softmaxBlocksAgree(set: InstructionSet) {
        let kernels = Kernels(set)
        for count in [1, 5, 8, 37, 64] {
            var results: [[Float]] = []
            for kernels in [reference, kernels] {
                var maximum = -Float.infinity
                var sum: Float = 0
                var all: [Float] = []
                for block in 0..<3 {
                    var scores = Self.numbers(64, seed: 12 + UInt64(block)).map { $0 * 30 }
                    let rescale = kernels.softmaxBlock(
                        &scores, count: count, capacity: 64, factor: 0.7, maximum: &maximum, sum: &sum)
                    #expect(scores[count...].allSatisfy { $0 == 0 })
                    all += scores + [rescale]
                }
                results.append(all + [maximum, sum])
            }
            for (x, y) in zip(results[0], results[1]) { #expect(abs(x - y) <= 1e-6 * max(abs(x), 1e-3)) }
        }
    }

    @Test(arguments: sets) func sumsAgree(set: InstructionSet) {
        let x = Self.numbers(77, seed: 13)
        var (a, b) = (x, x)
        reference.addScaled(x, by: 0.3, count: 77, to: &a)
        Kernels(set).addScaled(x, by: 0.3, count: 77, to: &b)
        #expect(a == b)
    }
}

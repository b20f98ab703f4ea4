import DeepSeekTensors
import DeepSeekTraining
import Testing

struct TrainingKernelsTests {
    static let sets = InstructionSet.available.filter { $0 != .scalar }
    private let reference = TrainingKernels(.scalar)

    private func random(_ count: Int, seed: UInt64) -> [Float] {
        var random = TrainingRandom(seed: seed)
        return (0..<count).map { _ in Float(random.normal()) }
    }

    private func words(_ values: [Float], pairs: Bool) -> [UInt32] {
        guard pairs else { return values.map(\.bitPattern) }
        var words = [UInt32](repeating: 0, count: (values.count + 1) / 2)
        reference.pairColumns(values, count: values.count, &words)
        return words
    }

    /// Row counts that use every tile, whole and partial columns, A by rows and by columns.
    @Test(arguments: sets, [false, true])
    func productsEqualTheReference(set: InstructionSet, pairs: Bool) {
        let kernels = TrainingKernels(set)
        let steps = 37
        for rows in [1, 5, 6, 12, 29] {
            for columns in [1, 16, 19, 32] {
                for transposed in [false, true] {
                    let a = words(random(rows * steps * (pairs ? 2 : 1), seed: 1), pairs: pairs)
                    let b = words(random(32 * steps * (pairs ? 2 : 1), seed: 2), pairs: pairs)
                    let start = random(rows * 40, seed: 3)
                    for accumulates in [false, true] {
                        var (c, expected) = (start, start)
                        let (row, step) = transposed ? (1, rows) : (steps, 1)
                        kernels.product(
                            pairs: pairs, rows: rows, a, rowStride: row, stepStride: step, panel: b, steps: steps, &c,
                            cStride: 40, columns: columns, accumulates: accumulates)
                        reference.product(
                            pairs: pairs, rows: rows, a, rowStride: row, stepStride: step, panel: b, steps: steps,
                            &expected, cStride: 40, columns: columns, accumulates: accumulates)
                        // Float32 is the same chain of fused sums; the instruction for pairs rounds otherwise.
                        let tolerance: Float = pairs ? 3e-5 : 0
                        #expect(zip(c, expected).allSatisfy { abs($0 - $1) <= tolerance })
                    }
                }
            }
        }
    }

    @Test(arguments: sets, [1, 7, 8, 33, 100])
    func elementwiseKernelsEqualTheReference(set: InstructionSet, count: Int) {
        let kernels = TrainingKernels(set)
        let (x, y, z, w) = (
            random(count, seed: 1), random(count, seed: 2), random(count, seed: 3), random(count, seed: 4)
        )
        func near(_ a: [Float], _ b: [Float], _ tolerance: Float = 1e-5) -> Bool {
            zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
        }
        func both(_ body: (TrainingKernels) -> [Float]) -> Bool { near(body(kernels), body(reference)) }
        #expect(
            both {
                var o = x; $0.add(y, z, count: count, &o); return o
            })
        #expect(both { [$0.dot(x, y, count: count)] })
        #expect(both { [Float($0.sumOfSquares(x, count: count))] })
        #expect(
            both {
                var o = x; $0.softmaxGradient(x, y, shift: 0.3, factor: 0.7, count: count, &o); return o
            })
        #expect(
            both {
                var (g, u) = (x, y)
                $0.siluMultiplyGradient(gate: x, up: y, dy: z, count: count, dgate: &g, dup: &u)
                return g + u
            })
        for accumulates in [false, true] {
            #expect(
                both {
                    var (dx, dw) = (x, y)
                    $0.rmsNormGradient(
                        x, weight: y, dy: z, count: count, epsilon: 1e-6, dx: &dx, dweight: &dw,
                        accumulates: accumulates)
                    return dx + dw
                })
        }
        #expect(
            both {
                var logits = x
                let loss = $0.crossEntropy(&logits, count: count, target: count / 2, scale: 0.25)
                return logits + [loss]
            })
        #expect(
            both {
                var (weights, first, second) = (x, y, w.map { $0 * $0 })
                let step = AdamWStep(
                    beta1: 0.9, beta2: 0.95, rate: 0.01, correction: 1.7, epsilon: 1e-8, keep: 0.99, scale: 0.5)
                $0.adamW(step, gradient: z, count: count, weights: &weights, first: &first, second: &second)
                return weights + first + second
            })
    }

    @Test(arguments: sets, [1, 8, 13, 64])
    func wordsEqualTheReference(set: InstructionSet, count: Int) {
        let kernels = TrainingKernels(set)
        let (x, y) = (random(count, seed: 5), random(count, seed: 6))
        func both(_ size: Int, _ body: (TrainingKernels, UnsafeMutablePointer<UInt32>) -> Void) -> Bool {
            var (a, b) = ([UInt32](repeating: 7, count: size), [UInt32](repeating: 7, count: size))
            body(kernels, &a)
            body(reference, &b)
            return a == b
        }
        #expect(both((count + 1) / 2) { $0.pairColumns(x, count: count, $1) })
        #expect(both(count) { $0.pairRows(x, y, count: count, $1) })
        #expect(both(count) { $0.pairRows(x, nil, count: count, $1) })
        let matrix = random(32 * count, seed: 7).map(\.bitPattern)
        for rows in [5, 32] {
            #expect(both(count * 32) { $0.transpose(matrix, stride: count, rows: rows, columns: count, $1) })
        }
    }
}

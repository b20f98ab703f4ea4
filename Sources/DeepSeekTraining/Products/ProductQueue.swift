import DeepSeekTensors

/// Matrix products that the threads compute together: factors are brought into the kernels' form, then all is multiplied.
///
/// Every number of a result is one sum in a fixed order, so results do not depend on threads or on what else is queued.
package final class ProductQueue {
    /// A factor that was announced; valid until the next `run`.
    struct Operand {
        fileprivate let number: Int
    }

    struct Job {
        let left: Int
        let firstRow: Int
        let rows: Int
        let right: Int
        let output: UnsafeMutablePointer<Float>
        let stride: Int
        let accumulates: Bool
        /// The number of its first unit.
        let firstUnit: Int
        let rowBlocks: Int
    }

    /// Floats of a thread's scratch.
    static let scratchCount = TrainingKernels.panelColumns * chunkWords
    /// Words of a row that are paired before they are transposed.
    static let chunkWords = 256
    /// Rows and panels of a unit of multiplication, and steps that are computed in one go.
    static let blockRows = 48
    static let blockPanels = 4
    static let blockSteps = 256
    /// Rows, or steps, of a unit of preparation.
    static let preparedRows = 32

    private let pool: WorkerPool
    private let kernels: TrainingKernels
    private let words = ScratchArray<UInt32>()
    private var operands: [ProductOperand] = []
    private var firstUnits: [Int] = []
    private var jobs: [Job] = []
    private var preparationUnits = 0
    private var units = 0

    init(pool: WorkerPool, kernels: TrainingKernels) {
        self.pool = pool
        self.kernels = kernels
    }

    /// - Parameter index: of the source's rows; `rows` of them.
    func operand(
        _ form: ProductOperand.Form, _ source: UnsafePointer<Float>, stride: Int, index: UnsafePointer<Int32>? = nil,
        rows: Int, columns: Int
    ) -> Operand {
        operands.append(
            ProductOperand(source: source, stride: stride, index: index, rows: rows, columns: columns, form: form))
        return Operand(number: operands.count - 1)
    }

    /// Of a parameter, `[rows, columns]`.
    func operand(_ form: ProductOperand.Form, _ parameter: Parameter) -> Operand {
        operand(form, parameter.value, stride: parameter.columns, rows: parameter.rows, columns: parameter.columns)
    }

    /// output (+)= left·right, for all rows of the left factor or some of them.
    ///
    /// Products of one run must not write to the same place.
    func multiply(
        _ left: Operand, firstRow: Int = 0, rows: Int? = nil, _ right: Operand, to output: UnsafeMutablePointer<Float>,
        stride: Int, accumulates: Bool
    ) {
        let rows = rows ?? operands[left.number].width
        let panels = (operands[right.number].width + TrainingKernels.panelColumns - 1) / TrainingKernels.panelColumns
        let rowBlocks = (rows + Self.blockRows - 1) / Self.blockRows
        jobs.append(
            Job(
                left: left.number, firstRow: firstRow, rows: rows, right: right.number, output: output, stride: stride,
                accumulates: accumulates, firstUnit: units, rowBlocks: rowBlocks))
        units += rowBlocks * ((panels + Self.blockPanels - 1) / Self.blockPanels)
    }

    /// Computes what was queued.
    func run(_ precision: TrainingPrecision) {
        let pairs = precision == .bfloat16
        place(pairs: pairs)
        operands.withUnsafeBufferPointer { operands in
            jobs.withUnsafeBufferPointer { jobs in
                if preparationUnits > 0 {
                    firstUnits.withUnsafeBufferPointer { firstUnits in
                        pool.run(
                            PrepareOperands(
                                operands: operands, firstUnits: firstUnits, units: preparationUnits, pairs: pairs,
                                words: words.pointer, kernels: kernels), perThread: 8)
                    }
                }
                guard units > 0 else { return }
                pool.run(
                    MultiplyOperands(
                        operands: operands, jobs: jobs, units: units, pairs: pairs, words: UnsafePointer(words.pointer),
                        kernels: kernels), perThread: 16)
            }
        }
        operands.removeAll(keepingCapacity: true)
        firstUnits.removeAll(keepingCapacity: true)
        jobs.removeAll(keepingCapacity: true)
        (units, preparationUnits) = (0, 0)
    }

    private func place(pairs: Bool) {
        var offset = 0
        for index in operands.indices {
            let operand = operands[index]
            firstUnits.append(preparationUnits)
            guard !operand.isInPlace(pairs: pairs) else { continue }
            operands[index].offset = offset
            offset += (operand.wordCount(pairs: pairs) + 15) / 16 * 16
            preparationUnits += PrepareOperands.units(of: operand, pairs: pairs)
        }
        words.reserve(offset)
    }
}

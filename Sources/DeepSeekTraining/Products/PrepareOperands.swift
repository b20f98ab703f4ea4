import DeepSeekTensors

/// Brings factors into the form of the kernels.
struct PrepareOperands: ParallelWork {
    let operands: UnsafeBufferPointer<ProductOperand>
    /// The number of each operand's first unit.
    let firstUnits: UnsafeBufferPointer<Int>
    let units: Int
    let pairs: Bool
    let words: UnsafeMutablePointer<UInt32>
    let kernels: TrainingKernels

    static let entry = WorkerPool.entry(for: PrepareOperands.self)
    private static let columns = TrainingKernels.panelColumns

    /// Weights that are transposed go by panels, all else by rows or steps.
    static func units(of operand: ProductOperand, pairs: Bool) -> Int {
        let (count, size) =
            switch operand.form {
            case .leftRows: (operand.rows, ProductQueue.preparedRows)
            case .leftColumns, .rightRows: (operand.steps(pairs: pairs), ProductQueue.preparedRows)
            case .rightColumns: (operand.rows, columns)
            }
        return (count + size - 1) / size
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        var number = 0
        for unit in Self.range(of: units, part: part, of: parts) {
            while number + 1 < operands.count, firstUnits[number + 1] <= unit { number += 1 }
            let operand = operands[number]
            let local = unit - firstUnits[number]
            switch operand.form {
            case .leftRows: copyRows(operand, local)
            case .leftColumns, .rightRows: packSteps(operand, local)
            case .rightColumns:
                scratch.withMemoryRebound(to: UInt32.self, capacity: ProductQueue.scratchCount) {
                    packColumns(operand, panel: local, scratch: $0)
                }
            }
        }
    }

    private func range(_ unit: Int, of count: Int) -> Range<Int> {
        unit * ProductQueue.preparedRows..<min((unit + 1) * ProductQueue.preparedRows, count)
    }

    private func copyRows(_ operand: ProductOperand, _ unit: Int) {
        let rowWords = operand.rowWords(pairs: pairs)
        for row in range(unit, of: operand.rows) {
            let target = words + operand.offset + row * rowWords
            if pairs {
                kernels.pairColumns(operand.row(row), count: operand.columns, target)
            } else {
                copy(operand.row(row), count: operand.columns, to: target)
            }
        }
    }

    /// Rows of the source are steps: `[groups][steps][groupWidth]`.
    private func packSteps(_ operand: ProductOperand, _ unit: Int) {
        let steps = operand.steps(pairs: pairs)
        let width = operand.groupWidth
        for step in range(unit, of: steps) {
            let first = operand.row(pairs ? 2 * step : step)
            let second = pairs && 2 * step + 1 < operand.rows ? operand.row(2 * step + 1) : nil
            var target = words + operand.offset + step * width
            for column in stride(from: 0, to: operand.columns, by: width) {
                let count = min(width, operand.columns - column)
                if pairs {
                    kernels.pairRows(first + column, second.map { $0 + column }, count: count, target)
                } else {
                    copy(first + column, count: count, to: target)
                }
                if count < width { (target + count).update(repeating: 0, count: width - count) }
                target += steps * width
            }
        }
    }

    /// B[k][n] = source[n][k]: the panel is 32 rows of the source, transposed.
    private func packColumns(_ operand: ProductOperand, panel: Int, scratch: UnsafeMutablePointer<UInt32>) {
        let steps = operand.steps(pairs: pairs)
        let first = panel * Self.columns
        let count = min(Self.columns, operand.rows - first)
        let target = words + operand.offset + panel * steps * Self.columns
        guard pairs else {
            operand.row(first).withMemoryRebound(to: UInt32.self, capacity: steps) {
                kernels.transpose($0, stride: operand.stride, rows: count, columns: steps, target)
            }
            return
        }
        for start in stride(from: 0, to: steps, by: ProductQueue.chunkWords) {
            let chunk = min(ProductQueue.chunkWords, steps - start)
            let columns = min(2 * chunk, operand.columns - 2 * start)
            for row in 0..<count {
                kernels.pairColumns(
                    operand.row(first + row) + 2 * start, count: columns, scratch + row * ProductQueue.chunkWords)
            }
            kernels.transpose(
                scratch, stride: ProductQueue.chunkWords, rows: count, columns: chunk, target + start * Self.columns)
        }
    }

    private func copy(_ source: UnsafePointer<Float>, count: Int, to target: UnsafeMutablePointer<UInt32>) {
        UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
    }
}

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

    /// Left factors go by rows, right ones by panels.
    static func units(of operand: ProductOperand, pairs: Bool) -> Int {
        if !operand.isLeft { return (operand.width + columns - 1) / columns }
        let rows = pairs && operand.form == .leftColumns ? (operand.rows + 1) / 2 : operand.rows
        return (rows + ProductQueue.preparedRows - 1) / ProductQueue.preparedRows
    }

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        var number = 0
        for unit in Self.range(of: units, part: part, of: parts) {
            while number + 1 < operands.count, firstUnits[number + 1] <= unit { number += 1 }
            let operand = operands[number]
            let local = unit - firstUnits[number]
            switch (operand.form, pairs) {
            case (.leftRows, true): pairLeftRows(operand, local)
            case (.leftColumns, true): pairLeftColumns(operand, local)
            case (.leftRows, false), (.leftColumns, false): gatherRows(operand, local)
            case (.rightRows, _): packRows(operand, panel: local)
            case (.rightColumns, _):
                scratch.withMemoryRebound(to: UInt32.self, capacity: ProductQueue.scratchCount) {
                    packColumns(operand, panel: local, scratch: $0)
                }
            }
        }
    }

    private func rows(_ unit: Int, of count: Int) -> Range<Int> {
        unit * ProductQueue.preparedRows..<min((unit + 1) * ProductQueue.preparedRows, count)
    }

    private func pairLeftRows(_ operand: ProductOperand, _ unit: Int) {
        let steps = operand.steps(pairs: true)
        for row in rows(unit, of: operand.rows) {
            kernels.pairColumns(operand.row(row), count: operand.columns, words + operand.offset + row * steps)
        }
    }

    private func pairLeftColumns(_ operand: ProductOperand, _ unit: Int) {
        for pair in rows(unit, of: (operand.rows + 1) / 2) {
            let second = 2 * pair + 1 < operand.rows ? operand.row(2 * pair + 1) : nil
            kernels.pairRows(
                operand.row(2 * pair), second, count: operand.columns, words + operand.offset + pair * operand.columns)
        }
    }

    private func gatherRows(_ operand: ProductOperand, _ unit: Int) {
        for row in rows(unit, of: operand.rows) {
            copy(operand.row(row), count: operand.columns, to: words + operand.offset + row * operand.columns)
        }
    }

    /// B[k][n] = source[k][n]: rows of the panel are pieces of the source's rows.
    private func packRows(_ operand: ProductOperand, panel: Int) {
        let steps = operand.steps(pairs: pairs)
        let first = panel * Self.columns
        let width = min(Self.columns, operand.columns - first)
        var target = words + operand.offset + panel * steps * Self.columns
        for step in 0..<steps {
            if pairs {
                let second = 2 * step + 1 < operand.rows ? operand.row(2 * step + 1) + first : nil
                kernels.pairRows(operand.row(2 * step) + first, second, count: width, target)
            } else {
                copy(operand.row(step) + first, count: width, to: target)
            }
            if width < Self.columns { (target + width).update(repeating: 0, count: Self.columns - width) }
            target += Self.columns
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

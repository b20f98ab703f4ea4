/// Several products at once, split over the threads by cost: the experts of a layer, projections of the same input, or
/// a single matrix.
///
/// Each element of the result is summed in the one order of the kernels, whatever the number of tokens or threads.
package struct GroupedProduct: ParallelWork {
    let tasks: UnsafeBufferPointer<ProductTask>
    let kernels: Kernels
    /// Results are rounded to bfloat16.
    let rounds: Bool

    package static let entry = WorkerPool.entry(for: GroupedProduct.self)

    package init(_ tasks: UnsafeBufferPointer<ProductTask>, kernels: Kernels, rounds: Bool = false) {
        self.tasks = tasks
        self.kernels = kernels
        self.rounds = rounds
    }

    /// From this many tokens on, unpacking a panel once costs less than converting its weights for every token.
    private static let panelTokens = 4
    /// Tokens between which a group of panels is reused from the second-level cache.
    private static let tokenBlock = 12
    /// The same for low-bit weights.
    private static let packedTokenBlock = 16
    private static let packedGroupBytes = 128 * 1024
    private static let bfloat16GroupBytes = 256 * 1024
    /// Floats of the panels that are unpacked together: half of a small second-level cache.
    private static let panelGroup = 64 * 1024

    /// Floats of scratch that a worker needs for matrices of up to `columns` columns.
    package static func scratch(columns: Int) -> Int {
        let panel = Kernels.panelSize(columns: columns)
        return max(2 * panel, panelGroup + panel) + 2 * packedTokenBlock * PackedFormat.panelRows
    }

    /// Small products are not worth dividing further.
    package var partsPerThread: Int {
        let cost = tasks.reduce(0) { $0 + $1.panels * $1.panelCost }
        return min(max(cost / Self.partCost, 1), 16)
    }

    /// About 20 µs of work.
    private static let partCost = 1 << 20

    package func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let total = tasks.reduce(0) { $0 + $1.panels * $1.panelCost }
        let range = Self.range(of: total, part: part, of: parts)
        var before = 0
        for task in tasks {
            let cost = task.panelCost
            // A panel belongs to the part in whose range its cost begins.
            let first = max((range.lowerBound - before + cost - 1) / cost, 0)
            let last = min((range.upperBound - before + cost - 1) / cost, task.panels)
            if range.upperBound > before, first < last { multiply(task, panels: first..<last, scratch) }
            before += task.panels * cost
        }
    }

    private func multiply(_ task: ProductTask, panels: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        if let quantized = task.quantized, let format = task.weights.packedFormat {
            multiplyPacked(task, format, quantized, panels: panels, scratch)
        } else if let quantized = task.quantized {
            multiplyBFloat16(task, quantized, panels: panels, scratch)
        } else if task.tokens < Self.panelTokens, !task.weights.isPacked, task.up?.isPacked != true {
            multiplyRows(task, panels: panels, scratch)
        } else {
            multiplyPanels(task, panels: panels, scratch)
        }
    }

    /// Low-bit weights and activations: a group of panels stays in the second-level cache while blocks of tokens pass.
    private func multiplyPacked(
        _ task: ProductTask, _ format: PackedFormat, _ quantized: UnsafePointer<UInt8>, panels: Range<Int>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let height = PackedFormat.panelRows
        let columns = task.weights.columns
        let rowBytes = PackedKernels.rowBytes(columns: columns)
        let panelBytes = format.panelBytes(columns: columns)
        let group = task.tokens <= Self.packedTokenBlock ? panels.count : max(Self.packedGroupBytes / panelBytes, 1)
        let second = scratch + Self.packedTokenBlock * height
        for first in stride(from: panels.lowerBound, to: panels.upperBound, by: group) {
            for token in stride(from: 0, to: task.tokens, by: Self.packedTokenBlock) {
                let tokens = min(Self.packedTokenBlock, task.tokens - token)
                let x = quantized + token * rowBytes
                for panel in first..<min(first + group, panels.upperBound) {
                    let row = panel * height
                    kernels.packed.product(
                        format, task.weights.panel(withRow: row, of: format), columns: columns, x, rowBytes: rowBytes,
                        tokens: tokens, scratch, yStride: height)
                    if let up = task.up, let format = up.packedFormat {
                        kernels.packed.product(
                            format, up.panel(withRow: row, of: format), columns: columns, x, rowBytes: rowBytes,
                            tokens: tokens, second, yStride: height)
                    }
                    for offset in 0..<tokens {
                        finish(
                            task, row: row, rows: min(height, task.weights.rows - row), token: token + offset,
                            scratch + offset * height, second + offset * height)
                    }
                }
            }
        }
    }

    /// Weights and inputs in bfloat16: both are read as they lie, a group of rows again and again from the second-level
    /// cache while blocks of tokens pass.
    private func multiplyBFloat16(
        _ task: ProductTask, _ quantized: UnsafePointer<UInt8>, panels: Range<Int>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let height = Kernels.panelRows
        let columns = task.weights.columns
        let rowBytes = QuantizedForm.bfloat16.rowBytes(columns: columns)
        let group =
            task.tokens <= Self.tokenBlock
            ? panels.count : max(Self.bfloat16GroupBytes / (height * columns * ElementType.bfloat16.size), 1)
        let second = scratch + Self.tokenBlock * height
        for first in stride(from: panels.lowerBound, to: panels.upperBound, by: group) {
            for token in stride(from: 0, to: task.tokens, by: Self.tokenBlock) {
                let tokens = min(Self.tokenBlock, task.tokens - token)
                let x = UnsafeRawPointer(quantized + token * rowBytes).assumingMemoryBound(to: UInt16.self)
                for panel in first..<min(first + group, panels.upperBound) {
                    let row = panel * height
                    let rows = min(height, task.weights.rows - row)
                    func product(_ weights: WeightMatrix, _ y: UnsafeMutablePointer<Float>) {
                        kernels.bfloat16Product(
                            weights.row(row, of: .bfloat16).assumingMemoryBound(to: UInt16.self), stride: columns,
                            rows: rows, x, xStride: rowBytes / ElementType.bfloat16.size, tokens: tokens,
                            columns: columns, y, yStride: height)
                    }
                    product(task.weights, scratch)
                    if let up = task.up { product(up, second) }
                    for offset in 0..<tokens {
                        finish(
                            task, row: row, rows: rows, token: token + offset, scratch + offset * height,
                            second + offset * height)
                    }
                }
            }
        }
    }

    /// Few tokens: the weights are read as they lie, eight rows at a time.
    private func multiplyRows(_ task: ProductTask, panels: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let height = Kernels.panelRows
        let second = scratch + height
        for panel in panels {
            let row = panel * height
            let rows = min(height, task.weights.rows - row)
            for token in 0..<task.tokens {
                let x = task.x + token * task.xStride
                dot(task.weights, row: row, rows: rows, x, scratch)
                if let up = task.up { dot(up, row: row, rows: rows, x, second) }
                finish(task, row: row, rows: rows, token: token, scratch, second)
            }
        }
    }

    private func dot(
        _ weights: WeightMatrix, row: Int, rows: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
    ) {
        switch weights.format {
        case .elements(let type):
            kernels.rowsDot(
                type, weights.row(row, of: type), stride: weights.columns, rows: rows, x, columns: weights.columns, y)
        case .float8:
            let (elements, scales) = weights.float8Row(row)
            kernels.rowsDotFloat8(
                elements, stride: weights.columns, rows: rows, scales: scales, x, columns: weights.columns, y)
        case .packed:
            preconditionFailure("low-bit weights have no rows to read as they lie")
        }
    }

    /// Many tokens: a group of panels is unpacked, then every block of tokens passes over the whole group.
    private func multiplyPanels(_ task: ProductTask, panels: Range<Int>, _ scratch: UnsafeMutablePointer<Float>) {
        let height = Kernels.panelRows
        let columns = task.weights.columns
        let size = Kernels.panelSize(columns: columns)
        let matrices = task.up == nil ? 1 : 2
        let group = max(Self.panelGroup / (size * matrices), 1)
        let first = scratch
        let second = first + Self.tokenBlock * height
        let unpacked = second + Self.tokenBlock * height

        var panel = panels.lowerBound
        while panel < panels.upperBound {
            let count = min(group, panels.upperBound - panel)
            for index in 0..<count {
                let target = unpacked + index * matrices * size
                unpack(task.weights, panel: panel + index, target)
                if let up = task.up { unpack(up, panel: panel + index, target + size) }
            }
            for token in stride(from: 0, to: task.tokens, by: Self.tokenBlock) {
                let tokens = min(Self.tokenBlock, task.tokens - token)
                let x = task.x + token * task.xStride
                for index in 0..<count {
                    let row = (panel + index) * height
                    let rows = min(height, task.weights.rows - row)
                    let weights = unpacked + index * matrices * size
                    kernels.panelProduct(
                        weights, rows: rows, x, xStride: task.xStride, tokens: tokens, columns: columns, first,
                        yStride: height)
                    if task.up != nil {
                        kernels.panelProduct(
                            weights + size, rows: rows, x, xStride: task.xStride, tokens: tokens, columns: columns,
                            second, yStride: height)
                    }
                    for offset in 0..<tokens {
                        finish(
                            task, row: row, rows: rows, token: token + offset, first + offset * height,
                            second + offset * height)
                    }
                }
            }
            panel += count
        }
    }

    private func unpack(_ weights: WeightMatrix, panel: Int, _ target: UnsafeMutablePointer<Float>) {
        let row = panel * Kernels.panelRows
        switch weights.format {
        case .elements(let type):
            kernels.packPanel(
                type, weights.row(row, of: type), stride: weights.columns,
                rows: min(Kernels.panelRows, weights.rows - row), columns: weights.columns, target)
        case .packed(let format):
            kernels.packed.unpackPanel(
                format, weights.panel(withRow: row, of: format), columns: weights.columns, half: panel % 2, target)
        case .float8:
            let (elements, scales) = weights.float8Row(row)
            kernels.packPanelFloat8(
                elements, stride: weights.columns, rows: min(Kernels.panelRows, weights.rows - row), scales: scales,
                columns: weights.columns, target)
        }
    }

    /// Gate, bias, rounding and sum of one token's rows, and where they go.
    @inline(__always)
    private func finish(
        _ task: ProductTask, row: Int, rows: Int, token: Int, _ values: UnsafeMutablePointer<Float>,
        _ up: UnsafeMutablePointer<Float>
    ) {
        if task.up != nil { kernels.siluMultiply(gate: values, up: up, count: rows, values) }
        if let bias = task.bias { for index in 0..<rows { values[index] += bias[row + index] } }
        if rounds { kernels.roundToBFloat16(values, count: rows) }
        let y = task.y + token * task.yStride + row
        if task.accumulates {
            for index in 0..<rows { y[index] += values[index] }
        } else {
            y.update(from: values, count: rows)
        }
    }
}

import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors

/// One run of a ``CheckpointQuantizer`` over the tensors.
struct QuantizationRun {
    private let quantizer: CheckpointQuantizer
    private let writer: CheckpointWriter
    private let pool: WorkerPool
    private let kernels: Kernels
    private let report: (QuantizationProgress) throws -> Void
    private let start = ContinuousClock.now
    /// Weights that are done, and those of them that this run did.
    private var done = 0
    private var computed = 0

    /// Bytes of a chunk of results.
    private static let chunkBytes = 4 << 20

    init(
        quantizer: CheckpointQuantizer, writer: CheckpointWriter, pool: WorkerPool, kernels: Kernels,
        report: @escaping (QuantizationProgress) throws -> Void
    ) {
        self.quantizer = quantizer
        self.writer = writer
        self.pool = pool
        self.kernels = kernels
        self.report = report
    }

    /// Weights that this run has computed, and since it began.
    var figures: (computed: Int, seconds: Double) { (computed, start.duration(to: .now) / .seconds(1)) }

    /// Every tensor that does not lie in a finished shard.
    mutating func writeAll() throws {
        for entry in quantizer.plan.entries {
            if entry.outputs.allSatisfy({ writer.isFinished(tensor: $0.name) }) {
                done += entry.count
            } else {
                try write(entry)
            }
        }
    }

    private mutating func advance(_ weights: Int, _ entry: QuantizationPlan.Entry) throws {
        done += weights
        computed += weights
        try report(
            QuantizationProgress(
                weights: done, totalWeights: quantizer.plan.weights, computedWeights: computed,
                seconds: figures.seconds, tensor: entry.name)
        )
    }

    private mutating func write(_ entry: QuantizationPlan.Entry) throws {
        var loader = WeightLoader(quantizer.checkpoint, kernels: kernels)
        switch entry.storage {
        case .asStored: try copy(entry)
        case .int8, .int4:
            let matrix = try loader.matrix(entry.name, rows: entry.shape[0], columns: entry.shape[1])
            try fitPanels(entry, matrix)
        case .fp8:
            let matrix = try loader.matrix(entry.name, rows: entry.shape[0], columns: entry.shape[1])
            try fitBlocks(entry, matrix)
        }
        withExtendedLifetime(loader.tensors) {}
    }

    private mutating func copy(_ entry: QuantizationPlan.Entry) throws {
        let tensor = try quantizer.checkpoint.tensor(named: entry.name, shape: entry.shape)
        try withExtendedLifetime(tensor) {
            for first in stride(from: 0, to: tensor.bytes.count, by: Self.chunkBytes) {
                let end = min(first + Self.chunkBytes, tensor.bytes.count)
                try writer.write(UnsafeRawBufferPointer(rebasing: tensor.bytes[first..<end]), to: entry.name)
            }
        }
        try advance(entry.count, entry)
    }

    private mutating func fitPanels(_ entry: QuantizationPlan.Entry, _ matrix: WeightMatrix) throws {
        guard let format = entry.storage.panels, let output = entry.outputs.first else { return }
        let panelBytes = format.panelBytes(columns: matrix.columns)
        let panels = PackedFormat.panels(rows: matrix.rows)
        let perChunk = max(Self.chunkBytes / panelBytes, pool.count)
        let feedback =
            format == .int4 ? quantizer.importance?.feedback(of: entry.name, count: matrix.columns) : nil
        var importance =
            feedback?.importance ?? quantizer.importance?.columns(of: entry.name, count: matrix.columns)
            ?? [Float](repeating: 1, count: matrix.columns)
        importance += [Float](repeating: 0, count: FitPanels.paddedColumns(matrix.columns) - matrix.columns)
        let factors = feedback?.factors ?? []
        var bytes = [UInt8](repeating: 0, count: min(perChunk, panels) * panelBytes)
        var faults = [UInt8](repeating: 0, count: min(perChunk, panels))
        for first in stride(from: 0, to: panels, by: perChunk) {
            let chunk = first..<min(first + perChunk, panels)
            importance.withUnsafeBufferPointer { importance in
                factors.withUnsafeBufferPointer { factors in
                    bytes.withUnsafeMutableBufferPointer { bytes in
                        faults.withUnsafeMutableBufferPointer { faults in
                            guard let weight = importance.baseAddress, let target = bytes.baseAddress,
                                let faults = faults.baseAddress
                            else { return }
                            pool.run(
                                FitPanels(
                                    matrix: MatrixRows(matrix, kernels: kernels), kernels: kernels, format: format,
                                    panels: chunk, target: target, importance: weight,
                                    feedback: factors.isEmpty ? nil : factors.baseAddress, faults: faults))
                        }
                    }
                }
            }
            try refuse(faults[..<chunk.count], entry)
            try bytes.withUnsafeBytes {
                try writer.write(UnsafeRawBufferPointer(rebasing: $0[..<(chunk.count * panelBytes)]), to: output.name)
            }
            let rows = min(chunk.upperBound * PackedFormat.panelRows, matrix.rows) - first * PackedFormat.panelRows
            try advance(rows * matrix.columns, entry)
        }
    }

    private mutating func fitBlocks(_ entry: QuantizationPlan.Entry, _ matrix: WeightMatrix) throws {
        guard let elements = entry.outputs.first, let scales = entry.outputs.last else { return }
        let height = Float8Format.blockRows
        let bands = Float8Format.blocks(matrix.rows)
        let scaleCount = Float8Format.blocks(matrix.columns)
        let perChunk = max(Self.chunkBytes / (height * matrix.columns), pool.count)
        var allScales = [Float](repeating: 0, count: bands * scaleCount)
        var bytes = [UInt8](repeating: 0, count: min(perChunk * height, matrix.rows) * matrix.columns)
        var faults = [UInt8](repeating: 0, count: bands)
        for first in stride(from: 0, to: bands, by: perChunk) {
            let chunk = first..<min(first + perChunk, bands)
            let rows = min(chunk.upperBound * height, matrix.rows) - first * height
            bytes.withUnsafeMutableBufferPointer { bytes in
                allScales.withUnsafeMutableBufferPointer { scales in
                    faults.withUnsafeMutableBufferPointer { faults in
                        guard let target = bytes.baseAddress, let scales = scales.baseAddress,
                            let faults = faults.baseAddress
                        else { return }
                        pool.run(
                            FitBlocks(
                                matrix: MatrixRows(matrix, kernels: kernels), bands: chunk, target: target,
                                scales: scales + first * scaleCount, faults: faults))
                    }
                }
            }
            try refuse(faults[..<chunk.count], entry)
            try bytes.withUnsafeBytes {
                try writer.write(UnsafeRawBufferPointer(rebasing: $0[..<(rows * matrix.columns)]), to: elements.name)
            }
            try advance(rows * matrix.columns, entry)
        }
        try allScales.withUnsafeBytes { try writer.write($0, to: scales.name) }
    }

    private func refuse(_ faults: ArraySlice<UInt8>, _ entry: QuantizationPlan.Entry) throws {
        let place = "tensor \"\(entry.name)\" of \(quantizer.checkpoint.folder)"
        switch faults.lazy.compactMap(FitPanels.Fault.init).first(where: { $0 != .none }) {
        case .notFinite:
            throw QuantizationError(
                .unfitWeight, "\(place) holds numbers that are not finite; the checkpoint is damaged, download it again"
            )
        case .tooLarge:
            throw QuantizationError(
                .unfitWeight,
                "\(place) holds numbers too large for \(entry.storage.rawValue); use a format with more bits")
        case .some(.none), nil: return
        }
    }
}

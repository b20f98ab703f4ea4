import DeepSeekTensors
import Dispatch

/// Re-packs rows of GGUF blocks as low-bit panels: exactly where the formats allow it (``GGUFType/packedFormat``),
/// else rounded to int8.
struct PanelPacker: Sendable {
    private static let group = PackedFormat.groupColumns

    let rows: GGUFRows
    let format: PackedFormat
    private let dequantizer: GGUFDequantizer

    init(_ rows: GGUFRows, format: PackedFormat) {
        self.rows = rows
        self.format = format
        dequantizer = GGUFDequantizer(rows.type)
    }

    /// Writes all panels, with all processors.
    func pack(_ target: UnsafeMutableRawPointer) {
        let panels = PackedFormat.panels(rows: rows.count)
        let size = format.panelBytes(columns: rows.columns)
        // Each iteration writes panels of its own.
        nonisolated(unsafe) let bytes = target.assumingMemoryBound(to: UInt8.self)
        let parts = min(panels, 64)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            for panel in (panels * part / parts)..<(panels * (part + 1) / parts) {
                pack(panel: panel, bytes + panel * size)
            }
        }
    }

    func pack(panel: Int, _ target: UnsafeMutablePointer<UInt8>) {
        let writer = PanelWriter(format, columns: rows.columns, bytes: target)
        let first = panel * PackedFormat.panelRows
        // Elements of a group, and the weights of the largest block.
        withUnsafeTemporaryAllocation(of: Int8.self, capacity: Self.group) { elements in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { weights in
                guard let elements = elements.baseAddress, let weights = weights.baseAddress else { return }
                for row in first..<min(first + PackedFormat.panelRows, rows.count) {
                    pack(rows.row(row), writer, row: row - first, elements, weights)
                }
            }
        }
    }

    private func pack(
        _ source: UnsafeRawPointer, _ writer: PanelWriter, row: Int, _ elements: UnsafeMutablePointer<Int8>,
        _ weights: UnsafeMutablePointer<Float>
    ) {
        // Single numbers are taken by groups, blocks whole.
        let step = max(rows.type.blockElements, Self.group)
        for column in stride(from: 0, to: rows.columns, by: step) {
            let count = min(step, rows.columns - column)
            let block = source + column / rows.type.blockElements * rows.type.blockBytes
            let group = column / Self.group
            let bytes = block.assumingMemoryBound(to: UInt8.self)
            switch rows.type {
            case .q4_0:
                for index in 0..<32 { elements[index] = Int8(GGUFDequantizer.nibble(bytes + 2, index)) }
                let offset = Float16(-8 * GGUFDequantizer.half(block))
                writer.set(row: row, group: group, elements: elements, scale: bits(block), offset: offset.bitPattern)
            case .q4_1:
                for index in 0..<32 { elements[index] = Int8(GGUFDequantizer.nibble(bytes + 4, index)) }
                writer.set(row: row, group: group, elements: elements, scale: bits(block), offset: bits(block + 2))
            case .q4_K:
                for part in 0..<8 {
                    let (scale, minimum) = GGUFDequantizer.scales(block, part)
                    let half = bytes + 16 + part / 2 * 32
                    for index in 0..<32 { elements[index] = Int8(half[index] >> UInt8(part % 2 * 4) & 15) }
                    writer.set(
                        row: row, group: group + part, elements: elements, scale: Float16(scale).bitPattern,
                        offset: Float16(-minimum).bitPattern)
                }
            case .q5_0:
                for index in 0..<32 {
                    elements[index] = Int8(GGUFDequantizer.five(bytes + 6, high: bytes + 2, index) - 16)
                }
                writer.set(row: row, group: group, elements: elements, scale: bits(block), offset: 0)
            case .q8_0 where !UnsafeBufferPointer(start: bytes + 2, count: 32).contains(0x80):
                for index in 0..<32 { elements[index] = Int8(bitPattern: bytes[2 + index]) }
                writer.set(row: row, group: group, elements: elements, scale: bits(block), offset: 0)
            // Also Q8_0 with −128, which the kernels do not take and llama.cpp does not write.
            case .q5_1, .q5_K, .q6_K, .q8_0, .f32, .f16, .bf16:
                dequantizer.load(block, count: count / rows.type.blockElements, weights)
                for part in stride(from: 0, to: count, by: Self.group) {
                    let scale = Self.quantize(weights + part, count: min(Self.group, count - part), elements)
                    writer.set(
                        row: row, group: group + part / Self.group, elements: elements, scale: scale.bitPattern,
                        offset: 0)
                }
            }
        }
    }

    private func bits(_ place: UnsafeRawPointer) -> UInt16 {
        UInt16(littleEndian: place.loadUnaligned(as: UInt16.self))
    }

    /// Rounds a group to int8. What a group lacks becomes 0; one that is not finite gets such a scale.
    static func quantize(
        _ weights: UnsafePointer<Float>, count: Int, _ elements: UnsafeMutablePointer<Int8>
    ) -> Float16 {
        elements.update(repeating: 0, count: group)
        var largest: Float = 0
        for index in 0..<count {
            guard weights[index].isFinite else { return .nan }
            largest = max(largest, abs(weights[index]))
        }
        let scale = Float16(largest / 127)
        guard scale > 0 else { return 0 }
        guard scale.isFinite else { return .nan }
        for index in 0..<count {
            let rounded = (weights[index] / Float(scale)).rounded(.toNearestOrEven)
            elements[index] = Int8(min(max(rounded, -127), 127))
        }
        return scale
    }
}

import DeepSeekTensors
import Dispatch

/// A weight under the name and in the shape that Hugging Face gives it, found in GGUF files.
package struct GGUFWeight: Sendable {
    /// A tensor with the file that holds it.
    struct Source: Sendable {
        let file: GGUFFile
        let tensor: GGUFTensor

        var base: UnsafeRawPointer? { file.bytes(of: tensor).baseAddress }
    }

    enum Layout: Sendable {
        /// Rows of the tensor, from one on.
        case rows(Source, first: Int)
        /// Rows whose halves are interleaved per head: see ``GGUFRows``.
        case interleaved(Source, headWidth: Int)
        /// W^UK and W^UV apart, and W^UK transposed per head: keys `[heads, rank, nope]`, values `[heads, value, rank]`.
        case latent(keys: Source, values: Source)
    }

    /// What becomes of the numbers.
    enum Form: Sendable, Hashable {
        /// They are used where they lie.
        case mapped(ElementType)
        /// They move to other places.
        case moved(ElementType)
        case packed(PackedFormat)
    }

    package let name: String
    package let shape: [Int]
    let layout: Layout

    var columns: Int { shape.count > 1 ? shape[shape.count - 1] : 1 }
    var rowCount: Int { shape.count > 1 ? shape.dropLast().reduce(1, *) : shape.first ?? 1 }

    var form: Form {
        switch layout {
        case .rows(let source, _):
            if let type = source.tensor.type.elementType { return .mapped(type) }
            guard shape.count == 2, let format = source.tensor.type.packedFormat else { return .moved(.float32) }
            return .packed(format)
        case .interleaved(let source, _):
            if let type = source.tensor.type.elementType { return .moved(type) }
            return source.tensor.type.packedFormat.map { .packed($0) } ?? .moved(.float32)
        case .latent(let keys, let values):
            // Groups of W^UK run the other way than panels want them, so quantised ones are rounded again.
            guard let key = keys.tensor.type.elementType, let value = values.tensor.type.elementType else {
                return .packed(.int8)
            }
            return .moved(key == value ? key : .float32)
        }
    }

    private var source: Source {
        switch layout {
        case .rows(let source, _), .interleaved(let source, _), .latent(let source, _): source
        }
    }

    // MARK: As a tensor

    /// The weight as a network takes it. What must move or be re-packed is, by all processors, when its bytes are asked
    /// for.
    func stored() throws(CheckpointError) -> StoredTensor {
        let path = source.file.path
        switch form {
        case .mapped(let type):
            guard case .rows(let source, let first) = layout else { break }
            let start = first * (shape.count > 1 ? columns : 1) * type.size
            let bytes = UnsafeRawBufferPointer(
                rebasing: source.file.bytes(of: source.tensor)[start..<(start + rowCount * columns * type.size)])
            guard let address = bytes.baseAddress, UInt(bitPattern: address).isMultiple(of: UInt(type.size)) else {
                return lazily(type, path: path)
            }
            return StoredTensor(
                name: name, elementType: type, shape: shape, bytes: bytes, file: path, owner: source.file)
        case .moved(let type): return lazily(type, path: path)
        case .packed(let format):
            let packed = [PackedFormat.panels(rows: rowCount), format.panelBytes(columns: columns)]
            let contents = LazyBytes(count: packed[0] * packed[1]) { [self] target in
                withRows { PanelPacker($0, format: format).pack(target) }
            }
            return StoredTensor(
                name: format.tensorName(of: name), elementType: .uint8, shape: packed, contents: contents, file: path)
        }
        throw CheckpointError(.malformed, path: path, "tensor \(quoted(name)) cannot be used where it lies")
    }

    private func lazily(_ type: ElementType, path: String) -> StoredTensor {
        let contents = LazyBytes(count: rowCount * columns * type.size) { [self] target in
            withRows { rows in
                for row in 0..<rows.count {
                    let place = target + row * columns * type.size
                    if rows.type.elementType == type {
                        place.copyMemory(from: rows.row(row), byteCount: rows.rowBytes)
                    } else {
                        rows.load(row, place.assumingMemoryBound(to: Float.self))
                    }
                }
            }
        }
        return StoredTensor(name: name, elementType: type, shape: shape, contents: contents, file: path)
    }

    // MARK: As rows

    /// The rows in Hugging Face's order.
    ///
    /// - Returns: false if there is no memory, and the body has not run.
    @discardableResult
    func withRows(_ body: (GGUFRows) -> Void) -> Bool {
        switch layout {
        case .rows(let source, let first):
            guard let base = source.base else { return false }
            let vector = shape.count == 1 && source.tensor.type.elementType == nil
            var rows = GGUFRows(
                type: source.tensor.type, count: vector ? 1 : rowCount, columns: vector ? shape[0] : columns, base: base
            )
            rows = GGUFRows(type: rows.type, count: rows.count, columns: rows.columns, base: rows.row(first))
            body(rows)
            source.file.release(UnsafeRawBufferPointer(start: rows.base, count: rows.count * rows.rowBytes))
            return true
        case .interleaved(let source, let headWidth):
            guard let base = source.base else { return false }
            body(
                GGUFRows(
                    type: source.tensor.type, count: rowCount, columns: columns, base: base, headWidth: headWidth))
            source.file.release(source.file.bytes(of: source.tensor))
            return true
        case .latent(let keys, let values):
            return withLatentRows(keys, values, body)
        }
    }

    /// The rows of W^UK and W^UV as one matrix in memory: in their type if it is one of elements, else float32.
    private func withLatentRows(_ keys: Source, _ values: Source, _ body: (GGUFRows) -> Void) -> Bool {
        let isPlain = keys.tensor.type.elementType != nil && keys.tensor.type == values.tensor.type
        let type = isPlain ? keys.tensor.type : .f32
        let size = type.blockBytes
        guard let keyBase = keys.base, let valueBase = values.base,
            let memory = OwnedBytes(count: rowCount * columns * size)
        else { return false }
        let (heads, rank, nope) = (keys.tensor.shape[0], keys.tensor.shape[1], keys.tensor.shape[2])
        let valueWidth = values.tensor.shape[1]
        let keyRows = GGUFRows(type: keys.tensor.type, count: heads * rank, columns: nope, base: keyBase)
        let valueRows = GGUFRows(type: values.tensor.type, count: heads * valueWidth, columns: rank, base: valueBase)
        // Each iteration writes the rows of its head.
        nonisolated(unsafe) let target = memory.mutableBase
        DispatchQueue.concurrentPerform(iterations: heads) { head in
            let first = target + head * (nope + valueWidth) * rank * size
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(nope, rank)) { buffer in
                guard let floats = buffer.baseAddress else { return }
                for column in 0..<rank {
                    let row = head * rank + column
                    if type == .f32 { keyRows.load(row, floats) }
                    let source = type == .f32 ? UnsafeRawPointer(floats) : keyRows.row(row)
                    for index in 0..<nope {
                        (first + (index * rank + column) * size).copyMemory(
                            from: source + index * size, byteCount: size)
                    }
                }
                for index in 0..<valueWidth {
                    let row = head * valueWidth + index
                    if type == .f32 { valueRows.load(row, floats) }
                    let source = type == .f32 ? UnsafeRawPointer(floats) : valueRows.row(row)
                    (first + (nope + index) * rank * size).copyMemory(from: source, byteCount: rank * size)
                }
            }
        }
        body(GGUFRows(type: type, count: rowCount, columns: columns, base: UnsafeRawPointer(target)))
        withExtendedLifetime(memory) {}
        for source in [keys, values] { source.file.release(source.file.bytes(of: source.tensor)) }
        return true
    }
}

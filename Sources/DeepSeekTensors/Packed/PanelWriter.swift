/// Fills one panel of a low-bit matrix, group by group, in the layout of `CDeepSeekPackedKernels.h`.
package struct PanelWriter {
    package let format: PackedFormat
    package let columns: Int
    private let bytes: UnsafeMutablePointer<UInt8>

    /// - Parameter bytes: `format.panelBytes(columns:)` of them; they become zeros, which is a panel of rows that are
    ///   missing.
    package init(_ format: PackedFormat, columns: Int, bytes: UnsafeMutablePointer<UInt8>) {
        self.format = format
        self.columns = columns
        self.bytes = bytes
        bytes.update(repeating: 0, count: format.panelBytes(columns: columns))
    }

    package static func groups(columns: Int) -> Int {
        (columns + PackedFormat.groupColumns - 1) / PackedFormat.groupColumns
    }

    /// Sets 32 weights of one row.
    ///
    /// - Parameters:
    ///   - elements: 32 of them; 0 to 15 for the 4-bit formats, −127 to 127 for int8.
    ///   - scale: the scale's bits: 8 of int4, else a float16.
    ///   - offset: of int4 the zero point in sixteenths; of the wide form a float16; unused by int8.
    package func set(
        row: Int, group: Int, elements: UnsafePointer<Int8>, scale: UInt16, offset: UInt16
    ) {
        let perBlock = PackedFormat.blockColumns / PackedFormat.groupColumns
        let height = PackedFormat.panelRows
        let first = group / perBlock * perBlock
        let count = min(perBlock, Self.groups(columns: columns) - first)
        let index = group - first
        let (headerBytes, elementBytes) = (format == .int4Wide ? 64 : 32, format == .int8 ? 512 : 256)
        let block = bytes + first * (headerBytes + elementBytes)
        let body = block + count * headerBytes + index * elementBytes
        switch format {
        case .int4:
            block[index * height + row] = UInt8(truncatingIfNeeded: scale)
            block[(count + index) * height + row] = UInt8(truncatingIfNeeded: offset)
        case .int4Wide:
            store(scale, at: block + 2 * (index * height + row))
            store(offset, at: block + 2 * ((count + index) * height + row))
        case .int8:
            store(scale, at: block + 2 * (index * height + row))
        }
        // Four columns at a time: a row's share of a quad.
        let lane = body + row * 4
        for quad in 0..<PackedFormat.groupColumns / 4 {
            for column in 0..<4 {
                let value = UInt8(bitPattern: elements[quad * 4 + column])
                if format == .int8 {
                    lane[quad * 64 + column] = value
                } else if quad < 4 {
                    lane[quad * 64 + column] = value & 15
                } else {
                    lane[(quad - 4) * 64 + column] |= value << 4
                }
            }
        }
    }

    private func store(_ bits: UInt16, at place: UnsafeMutablePointer<UInt8>) {
        place[0] = UInt8(truncatingIfNeeded: bits)
        place[1] = UInt8(truncatingIfNeeded: bits >> 8)
    }
}

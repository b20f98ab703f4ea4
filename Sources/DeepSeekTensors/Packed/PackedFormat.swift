import CDeepSeekKernels

/// How a low-bit matrix lies in memory: panels of sixteen rows in the layout that the kernels of every instruction set
/// read (`CDeepSeekPackedKernels.h`).
public enum PackedFormat: String, Sendable, Hashable, CaseIterable {
    /// Groups of 32 weights with an 8-bit scale and an 8-bit zero point: 4.5 bits per weight.
    case int4
    /// Groups of 32 with scale and offset in float16, which holds other programs' 4-bit formats: 5 bits.
    case int4Wide = "int4-wide"
    /// Groups of 32 with a float16 scale: 8.5 bits.
    case int8

    /// Rows of a panel.
    public static let panelRows = Int(DSK_PACKED_ROWS)
    /// Columns that share a scale.
    public static let groupColumns = Int(DSK_GROUP)
    /// Columns that share a scale of the activations, and a header of the weights.
    public static let blockColumns = Int(DSK_BLOCK)

    /// The name under which a checkpoint holds a matrix in this format: uint8 `[panels, bytes of a panel]`.
    public func tensorName(of matrix: String) -> String { "\(matrix).\(rawValue)" }

    package var type: dsk_packed_type {
        switch self {
        case .int4: DSK_INT4
        case .int4Wide: DSK_INT4_WIDE
        case .int8: DSK_INT8
        }
    }

    /// Bytes of a panel: a multiple of 64.
    public func panelBytes(columns: Int) -> Int { dsk_packed_panel_bytes(type, columns) }

    public static func panels(rows: Int) -> Int { (rows + panelRows - 1) / panelRows }

    /// Bytes of a matrix.
    public func byteCount(rows: Int, columns: Int) -> Int { Self.panels(rows: rows) * panelBytes(columns: columns) }
}

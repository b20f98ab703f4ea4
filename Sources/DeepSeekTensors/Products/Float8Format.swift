import CDeepSeekKernels

/// How a float8 matrix lies in memory: E4M3 elements row by row, and a float32 scale for each block of 128 rows by 128
/// columns (blocks at the edges are smaller), which weights are multiplied with. DeepSeek-V3 is published so.
public enum Float8Format {
    public static let blockRows = Int(DSK_FLOAT8_BLOCK)
    public static let blockColumns = Int(DSK_FLOAT8_BLOCK)

    /// Blocks along one side.
    public static func blocks(_ count: Int) -> Int { (count + blockRows - 1) / blockRows }

    /// The name under which a checkpoint holds the scales of a matrix. They multiply, whatever the name suggests.
    public static func scalesName(of matrix: String) -> String { matrix + "_scale_inv" }

    public static func scalesShape(rows: Int, columns: Int) -> [Int] { [blocks(rows), blocks(columns)] }
}

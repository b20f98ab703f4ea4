/// A tensor that a GGUF file announces, and where in the file its blocks lie.
package struct GGUFTensor: Sendable, Hashable {
    package let name: String
    package let type: GGUFType
    /// Row-major, the length of a row last: the other way round than in the file.
    package let shape: [Int]
    /// From the start of the file; as many bytes as type and shape ask for.
    package let range: Range<Int>

    /// Elements of a row.
    package var columns: Int { shape.last ?? 1 }
    /// Rows of all matrices together.
    package var rows: Int { shape.dropLast().reduce(1, *) }
    package var rowBytes: Int { columns / type.blockElements * type.blockBytes }
}

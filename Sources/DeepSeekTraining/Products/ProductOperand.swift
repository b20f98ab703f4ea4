import DeepSeekTensors

/// A factor of a matrix product, and how the kernels get it.
struct ProductOperand {
    enum Form {
        /// A[m][k] = source[m][k].
        case leftRows
        /// A[m][k] = source[k][m].
        case leftColumns
        /// B[k][n] = source[k][n].
        case rightRows
        /// B[k][n] = source[n][k].
        case rightColumns
    }

    /// `[rows, columns]`, row r at `source + index[r] · stride`, or at `source + r · stride` without an index.
    let source: UnsafePointer<Float>
    let stride: Int
    let index: UnsafePointer<Int32>?
    let rows: Int
    let columns: Int
    let form: Form
    /// Where its words begin in the queue's memory.
    var offset = 0

    func row(_ r: Int) -> UnsafePointer<Float> { source + (index.map { Int($0[r]) } ?? r) * stride }

    /// Numbers along the dimension that is summed over.
    var depth: Int {
        switch form {
        case .leftRows, .rightColumns: columns
        case .leftColumns, .rightRows: rows
        }
    }

    func steps(pairs: Bool) -> Int { pairs ? (depth + 1) / 2 : depth }

    /// The other dimension.
    var width: Int {
        switch form {
        case .leftRows, .rightColumns: rows
        case .leftColumns, .rightRows: columns
        }
    }

    var isLeft: Bool { form == .leftRows || form == .leftColumns }

    /// Float32 rows on the left are read where they lie, unless they have to be gathered.
    func isInPlace(pairs: Bool) -> Bool { !pairs && form == .leftRows && index == nil }

    /// Rows, or columns, that lie together: the queue's block of rows on the left, a panel on the right.
    var groupWidth: Int { isLeft ? ProductQueue.blockRows : TrainingKernels.panelColumns }

    /// Words of a row on the left: whole cache lines, and one more, so that rows that are read together are not all in
    /// the same set of a cache.
    func rowWords(pairs: Bool) -> Int { (steps(pairs: pairs) + 15) / 16 * 16 + 16 }

    /// Words of the whole factor in the kernels' form.
    func wordCount(pairs: Bool) -> Int {
        if form == .leftRows { return rows * rowWords(pairs: pairs) }
        return (width + groupWidth - 1) / groupWidth * groupWidth * steps(pairs: pairs)
    }
}

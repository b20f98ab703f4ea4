import DeepSeekModel
import Foundation

/// Rotary embedding of some columns of a variable, in place: pairs turn by an angle that grows with the position (YaRN's
/// frequencies where configured). Its gradient turns back.
package final class Rotation: Operation {
    private let x: Variable
    private let batch: TrainingBatch
    /// Heads are `headStride` columns apart; the rotated part begins at column `offset` of each.
    private let heads: Int
    private let headStride: Int
    private let offset: Int
    private let table: RotationTable

    package var inputs: [Variable] { [x] }
    package var outputs: [Variable] { [] }

    package init(
        _ x: Variable, _ batch: TrainingBatch, heads: Int, headStride: Int, offset: Int, table: RotationTable
    ) {
        self.x = x
        self.batch = batch
        self.heads = heads
        self.headStride = headStride
        self.offset = offset
        self.table = table
    }

    package func forward(_ context: ComputeContext) { rotate(x.value, direction: 1, context) }
    package func backward(_ context: ComputeContext) { rotate(x.gradient, direction: -1, context) }

    private func rotate(_ base: UnsafeMutablePointer<Float>, direction: Float, _ context: ComputeContext) {
        let pairs = table.pairs
        let (step, distance) = table.pairing == .adjacent ? (2, 1) : (1, pairs)
        context.forRows(x.rows) { rows in
            for row in rows {
                let cosines = table.row(Int(batch.positions[row]))
                let sines = cosines + pairs
                for head in 0..<heads {
                    let vector = base + row * x.stride + head * headStride + offset
                    for pair in 0..<pairs {
                        let (first, second) = (vector[pair * step], vector[pair * step + distance])
                        let (cosine, sine) = (cosines[pair], sines[pair] * direction)
                        vector[pair * step] = first * cosine - second * sine
                        vector[pair * step + distance] = second * cosine + first * sine
                    }
                }
            }
        }
    }
}

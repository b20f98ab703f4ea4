import DeepSeekTensors

/// Rounds groups of 32 weights to the 8-bit form `w = s·q`, q from −127 to 127: the scale takes the largest weight to 127,
/// and the elements are rounded with the scale as it is stored, in float16.
struct Int8Groups {
    /// The bits of the scales, float16.
    private(set) var codes = SIMD8<UInt16>.zero
    private let inverses: WeightLanes
    private let weights: UnsafePointer<WeightLanes>

    static let largestWeight: Float = 127 * 65_504

    /// - Parameter weights: 32 columns.
    init(_ weights: UnsafePointer<WeightLanes>, kernels: Kernels) {
        self.weights = weights
        var largest = WeightLanes.zero
        for column in 0..<PackedFormat.groupColumns {
            largest.raise(to: weights[column])
            largest.raise(to: -weights[column])
        }
        var scales = largest * (1 / 127)
        var bits = SIMD8<UInt16>.zero
        withUnsafeMutableBytes(of: &bits) { bits in
            withUnsafeMutablePointer(to: &scales) { lanes in
                guard let bits = bits.baseAddress else { return }
                let values = UnsafeMutableRawPointer(lanes).assumingMemoryBound(to: Float.self)
                kernels.store(.float16, values, count: WeightLanes.rows, bits)
                kernels.load(.float16, bits, count: WeightLanes.rows, values)
            }
        }
        codes = bits
        inverses = (1 / scales).replacing(with: 0, where: scales .== 0)
    }

    /// The weights as elements, a column after the other.
    func write(to elements: UnsafeMutablePointer<SIMD8<Int8>>) {
        for column in 0..<PackedFormat.groupColumns {
            elements[column] = (weights[column] * inverses).nearest.bounded(-127, 127).asInt8
        }
    }
}

import DeepSeekTensors

/// A group's columns of eight rows, a lane for each row: what is done to one row is done to eight.
typealias WeightLanes = SIMD8<Float>

extension WeightLanes {
    /// Rows in the lanes.
    static let rows = WeightLanes.scalarCount

    /// Transposes the 32 columns from `column` on.
    static func load(
        _ rows: UnsafePointer<Float>, stride: Int, column: Int, to target: UnsafeMutablePointer<WeightLanes>
    ) {
        let first = rows + column
        for index in 0..<PackedFormat.groupColumns {
            target[index] = WeightLanes(
                first[index], first[index + stride], first[index + 2 * stride], first[index + 3 * stride],
                first[index + 4 * stride], first[index + 5 * stride], first[index + 6 * stride],
                first[index + 7 * stride])
        }
    }

    /// To the nearest integer, ties to even, for magnitudes up to 2^22: adding 1.5·2^23 leaves no bits for a fraction.
    @inline(__always)
    var nearest: WeightLanes {
        let shifter = WeightLanes(repeating: 12_582_912)
        return (self + shifter) - shifter
    }

    @inline(__always)
    func bounded(_ low: Float, _ high: Float) -> WeightLanes {
        let low = WeightLanes(repeating: low)
        let high = WeightLanes(repeating: high)
        let raised = replacing(with: low, where: self .< low)
        return raised.replacing(with: high, where: raised .> high)
    }

    @inline(__always)
    mutating func lower(to other: WeightLanes) { replace(with: other, where: other .< self) }

    @inline(__always)
    mutating func raise(to other: WeightLanes) { replace(with: other, where: other .> self) }

    /// Of whole numbers that fit: the shifter leaves them in the low bits.
    @inline(__always)
    var asInt8: SIMD8<Int8> {
        let shifted = self + WeightLanes(repeating: 12_582_912)
        return SIMD8<Int8>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<Int32>.self))
    }
}

import DeepSeekTensors

/// Fits groups of 32 weights to the 4-bit form `w = s·(q − z)`: the scale s among its 256 values, the zero point z in
/// sixteenths from 0 to 255/16, so that Σ h·(w − s·(q − z))² is small, where h says how much a column matters.
///
/// The largest scale that is tried spans the group; smaller ones clip its extremes and have finer steps. For each, zero
/// points around the middle are tried, the best of all is moved to where the errors of its own rounding average out, and
/// whatever had the least error is kept. Only sums and products: the same bits on every machine.
struct Int4Groups {
    /// The scale's 8 bits.
    private(set) var codes = SIMD8<Int32>.zero
    /// In sixteenths.
    private(set) var zeros = WeightLanes.zero
    /// Σ h·error².
    private(set) var errors = WeightLanes(repeating: .infinity)

    private static let highest: Float = 15
    /// Scales that are tried: each is about 8 % smaller than the one before.
    private static let scales: Int32 = 5
    /// Zero points that are tried around the middle, in steps of the group.
    private static let starts: [Float] = [-0.6, -0.3, 0, 0.3, 0.6]
    /// Times that the best is moved.
    private static let refinements = 2

    /// The largest magnitude that the form holds for certain: half of the largest span.
    static let largestWeight: Float = 240 * 7

    private let weights: UnsafePointer<WeightLanes>
    private let importance: UnsafePointer<Float>
    private let inverseTotal: Float

    /// - Parameters:
    ///   - weights: 32 columns.
    ///   - importance: of each of them; not negative, and not all 0.
    init(_ weights: UnsafePointer<WeightLanes>, importance: UnsafePointer<Float>) {
        self.weights = weights
        self.importance = importance
        var total: Float = 0
        for column in 0..<PackedFormat.groupColumns { total += importance[column] }
        inverseTotal = 1 / total
        search()
    }

    private mutating func search() {
        var low = WeightLanes.zero
        var high = WeightLanes.zero
        for column in 0..<PackedFormat.groupColumns {
            low.lower(to: weights[column])
            high.raise(to: weights[column])
        }
        let middle = (low + high) * 0.5
        let widest = Self.code(notBelow: (high - low) * (1 / Self.highest))
        for step in 0..<Self.scales {
            var code = widest &- step
            code.replace(with: 0, where: code .< 0)
            let centre = Self.highest / 2 - middle / Self.scale(code)
            for start in Self.starts { _ = consider(code, zero: Self.sixteenths(centre + start)) }
        }
        for _ in 0..<Self.refinements {
            let moved = consider(codes, zero: zeros)
            _ = consider(codes, zero: moved)
        }
    }

    /// Takes a scale and zero point for the rows where they are better than what is kept. Returns the zero point at which
    /// the rounded elements would fit best.
    @inline(__always)
    private mutating func consider(_ code: SIMD8<Int32>, zero: WeightLanes) -> WeightLanes {
        let scale = Self.scale(code)
        let inverse = 1 / scale
        let point = zero * 0.0625
        var sum = WeightLanes.zero
        var squares = WeightLanes.zero
        for column in 0..<PackedFormat.groupColumns {
            let place = weights[column] * inverse + point
            let error = place.nearest.bounded(0, Self.highest) - place
            let weighted = error * importance[column]
            sum += weighted
            squares += weighted * error
        }
        let total = squares * scale * scale
        let isBetter = total .< errors
        errors.replace(with: total, where: isBetter)
        zeros.replace(with: zero, where: isBetter)
        codes.replace(with: code, where: isBetter)
        return Self.sixteenths(point + sum * inverseTotal)
    }

    /// A column's elements, and the weights that they stand for.
    @inline(__always)
    func rounded(_ weights: WeightLanes) -> (elements: WeightLanes, weights: WeightLanes) {
        let scale = Self.scale(codes)
        let point = zeros * 0.0625
        let elements = (weights / scale + point).nearest.bounded(0, Self.highest)
        return (elements, (elements - point) * scale)
    }

    /// The weights as elements, a column after the other.
    func write(to elements: UnsafeMutablePointer<SIMD8<Int8>>) {
        let inverse = 1 / Self.scale(codes)
        let point = zeros * 0.0625
        for column in 0..<PackedFormat.groupColumns {
            elements[column] = (weights[column] * inverse + point).nearest.bounded(0, Self.highest).asInt8
        }
    }

    @inline(__always)
    private static func sixteenths(_ zero: WeightLanes) -> WeightLanes { (zero * 16).nearest.bounded(0, 255) }

    /// 2^(e−24)·(1 + f/8): as a float32, the code is exponent and first bits of the fraction.
    @inline(__always)
    static func scale(_ code: SIMD8<Int32>) -> WeightLanes {
        unsafeBitCast((code &<< 20) &+ SIMD8(repeating: bias), to: WeightLanes.self)
    }

    /// The code of the smallest scale that is not less.
    private static func code(notBelow scale: WeightLanes) -> SIMD8<Int32> {
        let bits = unsafeBitCast(scale, to: SIMD8<Int32>.self)
        var code = (bits &+ SIMD8(repeating: (1 << 20) - 1 - bias)) &>> 20
        code.replace(with: 0, where: code .< 0)
        code.replace(with: 255, where: code .> 255)
        return code
    }

    private static let bias: Int32 = (127 - 24) << 23
}

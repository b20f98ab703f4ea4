import DeepSeekTensors

/// The rows of one layer in the pages of a cache, whatever their format.
///
/// float32 and bfloat16: `[pageTokens, width]`, read in place. Low-bit formats: segment by segment, see
/// `CDeepSeekCacheKernels.h`; a row is quantised as it is written, and is float32 again when it is read here.
struct CachePages {
    let layout: CacheLayout
    private let kernels: Kernels
    private let base: UnsafeMutableRawPointer

    init(_ cache: LatentCache, layer: Int, kernels: Kernels) {
        layout = cache.layout
        self.kernels = kernels
        base = cache.page(0, layer: layer)
    }

    /// Floats of scratch for ``rows(_:segments:count:scratch:)`` of segments that are so wide together.
    static func scratch(width: Int) -> Int { CacheLayout.pageTokens * width }

    /// Where the layer's rows of a page begin.
    func page(_ number: Int32) -> UnsafeMutableRawPointer { base + Int(number) * layout.bytesPerPage }

    /// Puts a row of all segments into a slot of a page. Threads may write different slots of a page at once.
    func store(_ row: UnsafePointer<Float>, page number: Int32, slot: Int) {
        var segment = page(number)
        switch layout.format.storage {
        case .elements(let type):
            kernels.store(type, row, count: layout.width, segment + slot * layout.width * type.size)
        case .packed(let format):
            var row = row
            for width in layout.segments {
                kernels.cache.encode(format, row, columns: width, token: slot, segment)
                row += width
                segment += format.segmentBytes(columns: width)
            }
        }
    }

    /// The row in a slot, as float32.
    func load(page number: Int32, slot: Int, _ row: UnsafeMutablePointer<Float>) {
        let first = page(number)
        switch layout.format.storage {
        case .elements(let type):
            kernels.load(type, first + slot * layout.width * type.size, count: layout.width, row)
        case .packed(let format):
            decode(
                format, first, segments: layout.segments.indices, slots: slot..<slot + 1, row, stride: layout.width)
        }
    }

    /// Some neighbouring segments of the first `count` rows of a page: in place, or unpacked into `scratch`.
    func rows(
        _ number: Int32, segments: Range<Int>, count: Int, scratch: UnsafeMutablePointer<Float>
    ) -> BlockwiseAttention.Rows {
        let first = page(number)
        switch layout.format.storage {
        case .elements(let type):
            let before = layout.segments[..<segments.lowerBound].reduce(0, +)
            return .init(type: type, base: first + before * type.size, stride: layout.width)
        case .packed(let format):
            let before = layout.segments[..<segments.lowerBound].reduce(0) { $0 + format.segmentBytes(columns: $1) }
            let stride = layout.segments[segments].reduce(0, +)
            decode(format, first + before, segments: segments, slots: 0..<count, scratch, stride: stride)
            return .init(type: .float32, base: UnsafeRawPointer(scratch), stride: stride)
        }
    }

    private func decode(
        _ format: PackedCacheFormat, _ first: UnsafeRawPointer, segments: Range<Int>, slots: Range<Int>,
        _ target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        var (segment, target) = (first, target)
        for width in layout.segments[segments] {
            kernels.cache.decode(format, segment, columns: width, tokens: slots, target, yStride: stride)
            target += width
            segment += format.segmentBytes(columns: width)
        }
    }
}

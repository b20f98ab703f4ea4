import DeepSeekTensors

/// How the numbers of a cache are kept. The report deploys the cache at six bits per element (section 3.2.3).
public enum CacheFormat: String, Sendable, Hashable, CaseIterable {
    case float32
    case bfloat16 = "bf16"
    /// Eight bits and a byte of scale per token, layer and segment (see ``CacheLayout/segments``).
    case int8
    /// Six bits and the same scales.
    case sixBit = "6bit"

    enum Storage {
        case elements(ElementType)
        case packed(PackedCacheFormat)
    }

    var storage: Storage {
        switch self {
        case .float32: .elements(.float32)
        case .bfloat16: .elements(.bfloat16)
        case .int8: .packed(.int8)
        case .sixBit: .packed(.sixBit)
        }
    }

    /// Bytes that the tokens of a page take for a segment of so many numbers.
    func segmentBytes(_ width: Int) -> Int {
        switch storage {
        case .elements(let type): CacheLayout.pageTokens * width * type.size
        case .packed(let format): format.segmentBytes(columns: width)
        }
    }
}

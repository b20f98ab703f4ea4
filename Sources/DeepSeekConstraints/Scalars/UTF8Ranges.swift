import DeepSeekTokenizer

/// Ranges of scalars as sequences of ranges of bytes, none of which is invalid UTF-8.
enum UTF8Ranges {
    static func sequences(of set: ScalarSet) -> [[ClosedRange<UInt8>]] {
        var result: [[ClosedRange<UInt8>]] = []
        for range in set.ranges {
            // Surrogates are no scalars.
            for part in [0...0xD7FF, 0xE000...ScalarSet.last] where part.overlaps(range) {
                let part = range.clamped(to: part)
                split(part.lowerBound, part.upperBound, into: &result)
            }
        }
        return result
    }

    /// Cuts a range until all combinations of its bytes' ranges are its members.
    private static func split(_ low: UInt32, _ high: UInt32, into result: inout [[ClosedRange<UInt8>]]) {
        for last in [0x7F, 0x7FF, 0xFFFF] as [UInt32] where low <= last && last < high {
            split(low, last, into: &result)
            split(last + 1, high, into: &result)
            return
        }
        if high > 0x7F {
            for bits in [6, 12, 18] as [UInt32] {
                let mask = (1 << bits) - 1 as UInt32
                guard low & ~mask != high & ~mask else { continue }
                let cut = low & mask != 0 ? low | mask : high & mask != mask ? (high & ~mask) - 1 : nil
                guard let cut else { continue }
                split(low, cut, into: &result)
                split(cut + 1, high, into: &result)
                return
            }
        }
        guard let first = Unicode.Scalar(low), let last = Unicode.Scalar(high) else { return }
        result.append(zip(UTF8.encode(first) ?? .init(), UTF8.encode(last) ?? .init()).map { $0...$1 })
    }
}

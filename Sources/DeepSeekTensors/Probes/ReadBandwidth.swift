/// How fast memory can be read.
public struct ReadBandwidth: Sendable, Hashable {
    public let threads: Int
    public let bytesPerSecond: Double

    /// With one thread, two, four, and so on up to `threads`.
    public static func measure(threads most: Int) throws(MemoryError) -> [ReadBandwidth] {
        var counts = Array(sequence(first: 1) { $0 * 2 < most ? $0 * 2 : nil })
        if most > 1 { counts.append(most) }
        var result: [ReadBandwidth] = []
        for count in counts {
            let probe = try BandwidthProbe(threads: count)
            result.append(ReadBandwidth(threads: count, bytesPerSecond: probe.bytesPerSecond()))
        }
        return result
    }
}

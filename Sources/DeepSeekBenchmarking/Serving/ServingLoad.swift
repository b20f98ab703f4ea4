/// When requests are sent.
public enum ServingLoad: Sendable, Hashable, CustomStringConvertible {
    /// So many at a time: the next is sent when one has ended.
    case concurrency(Int)
    /// So many per second on the average, whether or not the earlier ones have ended: gaps are exponential, so that
    /// arrivals are a Poisson process, as those of many independent people.
    case rate(Double)

    public var description: String {
        switch self {
        case .concurrency(let count): "\(count) at once"
        case .rate(let rate): "\(rate) per second"
        }
    }
}

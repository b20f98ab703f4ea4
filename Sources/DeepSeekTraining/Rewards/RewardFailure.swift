/// A reward that gave nothing: it threw, took too long, or gave something that is no number.
package struct RewardFailure: Error, Sendable, Hashable {
    package let reward: String
    package let message: String
}

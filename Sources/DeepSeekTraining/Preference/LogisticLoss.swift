import Foundation

/// −ln σ(z) and what goes with it, without overflow.
enum LogisticLoss {
    static func sigmoid(_ z: Double) -> Double { z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z)) }

    /// −ln σ(z).
    static func value(_ z: Double) -> Double { z >= 0 ? log1p(exp(-z)) : log1p(exp(z)) - z }
}

import DeepSeekCheckpoints
import DeepSeekTensors

/// Why a training run cannot start or go on: what, where, and what to do.
public struct TrainingError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The recipe has unknown, missing or contradictory keys.
        case invalidRecipe
        /// A data file is absent, empty, or not what it should be.
        case invalidData
        /// A network that cannot be trained here.
        case unsupportedModel
        case notEnoughMemory
        /// A checkpoint of a run that cannot be read, or belongs to another recipe.
        case invalidCheckpoint
        case writeFailed
        /// The loss or a gradient is not finite, or has exploded.
        case diverged
        /// Rewards that throw or hang, beyond what a run goes on with.
        case rewardFailed
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    init(_ error: MemoryError) {
        self.init(
            error.code == .outOfMemory ? .notEnoughMemory : .invalidData,
            error.code == .outOfMemory ? "\(error.message); or recompute activations" : error.message)
    }
}

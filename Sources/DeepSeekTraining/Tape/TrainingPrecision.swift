/// Of the factors of matrix products in training; sums and master weights are float32 in both.
public enum TrainingPrecision: String, Sendable, Hashable, CaseIterable {
    case float32
    case bfloat16
}

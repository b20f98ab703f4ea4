import DeepSeekInference

extension FinishReason {
    /// As clients of the platform know it.
    var apiName: String {
        switch self {
        case .stop: "stop"
        case .length: "length"
        // The platform's word for an answer that the machine could not finish.
        case .deadline, .cancelled: "insufficient_system_resource"
        }
    }
}

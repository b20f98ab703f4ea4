import DeepSeekInference
import DeepSeekTokenizer
import GRDB

extension APIError {
    /// What other rooms of the package throw, as a client sees it. Nil for what is not the client's doing and must not
    /// be told to it.
    init?(describing error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as InferenceError: self.init(error)
        case let error as ChatTemplateError: self.init(error)
        case is DatabaseError:
            self.init(.storageUnavailable, "the server's books cannot be written now; try again", retryAfter: 5)
        default: return nil
        }
    }

    private init?(_ error: InferenceError) {
        switch error.code {
        case .invalidParameter, .tokenOutOfRange, .emptyPrompt: self.init(.invalidValue, error.message)
        case .promptTooLong: self.init(.contextLengthExceeded, error.message)
        case .noTokenizer, .noChatTemplate:
            self.init(.unsupported, "the served model cannot do this: \(error.message)")
        case .invalidConstraint: self.init(.invalidValue, "the output cannot be constrained so: \(error.message)")
        case .notEnoughMemory, .overloaded: self.init(.overloaded, error.message, retryAfter: 5)
        case .invalidDefaults, .invalidLogits, .sessionBusy, .unfinished, .invalidTranscript, .unusableContextCache:
            return nil
        }
    }

    private init?(_ error: ChatTemplateError) {
        switch error.code {
        case .raised, .invalidMessage, .droppedMessage, .limit:
            self.init(.invalidValue, "the model's chat template refuses the messages: \(error)", parameter: "messages")
        case .syntax, .unsupported, .undefined, .type, .value, .forbidden:
            self.init(
                .unsupported, "the model's chat template fails on these messages: \(error)", parameter: "messages")
        }
    }
}

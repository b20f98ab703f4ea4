import DeepSeekJSON
import HTTPTypes

/// Why a request is refused, in the form that OpenAI's clients read.
package struct APIError: Error, Sendable, Hashable {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The body is not JSON, or not JSON of the right form.
        case invalidJSON = "invalid_json"
        case missingField = "missing_required_parameter"
        case unknownField = "unknown_parameter"
        case invalidType = "invalid_type"
        case contextLengthExceeded = "context_length_exceeded"
        /// What the served model has no means for.
        case unsupported = "unsupported_by_model"
        case invalidKey = "invalid_api_key"
        case insufficientBalance = "insufficient_balance"
        case foreignHost = "foreign_host"
        case notFound = "not_found"
        case modelNotFound = "model_not_found"
        case methodNotAllowed = "method_not_allowed"
        case requestTimeout = "request_timeout"
        case bodyTooLarge = "body_too_large"
        case unsupportedMediaType = "unsupported_media_type"
        /// Right in form, and out of range.
        case invalidValue = "invalid_value"
        case rateLimitExceeded = "rate_limit_exceeded"
        case quotaExceeded = "quota_exceeded"
        case serverError = "server_error"
        case overloaded = "overloaded"
        /// The database cannot be written: locked, or no room on the disk.
        case storageUnavailable = "storage_unavailable"
        case notReady = "not_ready"
        case shuttingDown = "shutting_down"
    }

    package var code: Code
    package var message: String
    /// The field at fault: `messages[2].content`.
    package var parameter: String?
    /// Seconds after which it is worth trying again.
    package var retryAfter: Int?
    /// What a path does take, for ``Code/methodNotAllowed``.
    package var allowed: String?

    package init(_ code: Code, _ message: String, parameter: String? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
    }

    package var status: HTTPResponse.Status {
        switch code {
        case .invalidJSON, .missingField, .unknownField, .invalidType, .contextLengthExceeded, .unsupported:
            .badRequest
        case .invalidKey: .unauthorized
        case .insufficientBalance: .init(code: 402, reasonPhrase: "Payment Required")
        case .foreignHost: .forbidden
        case .notFound, .modelNotFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .requestTimeout: .requestTimeout
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .invalidValue: .unprocessableContent
        case .rateLimitExceeded, .quotaExceeded: .tooManyRequests
        case .serverError: .internalServerError
        case .overloaded, .storageUnavailable, .notReady, .shuttingDown: .serviceUnavailable
        }
    }

    /// The family of the error, as OpenAI's `type`.
    package var type: String {
        switch code {
        case .invalidKey: "authentication_error"
        case .insufficientBalance: "insufficient_balance_error"
        case .foreignHost: "permission_error"
        case .rateLimitExceeded, .quotaExceeded: "rate_limit_error"
        case .serverError, .overloaded, .storageUnavailable, .notReady, .shuttingDown: "server_error"
        default: "invalid_request_error"
        }
    }

    package var json: JSONValue {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": parameter.map { .string($0) } ?? .null,
                "code": .string(code.rawValue),
            ]
        ]
    }
}

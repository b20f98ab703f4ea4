import Crypto
import Foundation
import GRDB

/// What the database knows of a key: not the key, only what recognises it.
package struct APIKey: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "api_keys"

    /// The part of the key that may be shown.
    package var id: String
    package var accountID: String
    package var name: String
    var salt: Data
    var hash: Data
    package var createdAt: Int
    package var revokedAt: Int?
    var requestsPerMinute: Int?
    var tokensPerMinute: Int?
    var tokensPerDay: Int?
    var concurrentRequests: Int?

    enum CodingKeys: String, CodingKey {
        case id, name, salt, hash
        case accountID = "account_id"
        case createdAt = "created_at"
        case revokedAt = "revoked_at"
        case requestsPerMinute = "requests_per_minute"
        case tokensPerMinute = "tokens_per_minute"
        case tokensPerDay = "tokens_per_day"
        case concurrentRequests = "concurrent_requests"
    }

    package var limits: KeyLimits {
        get {
            KeyLimits(
                requestsPerMinute: requestsPerMinute, tokensPerMinute: tokensPerMinute, tokensPerDay: tokensPerDay,
                concurrentRequests: concurrentRequests)
        }
        set {
            requestsPerMinute = newValue.requestsPerMinute
            tokensPerMinute = newValue.tokensPerMinute
            tokensPerDay = newValue.tokensPerDay
            concurrentRequests = newValue.concurrentRequests
        }
    }
}

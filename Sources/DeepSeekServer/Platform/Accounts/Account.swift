import GRDB

/// Somebody who pays, or for whom is paid.
package struct Account: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    package static let databaseTableName = "accounts"

    package var id: String
    package var name: String
    package var createdAt: Int
    package var suspendedAt: Int?
    package var grantedNano: Int
    package var toppedUpNano: Int

    enum CodingKeys: String, CodingKey {
        case id, name
        case createdAt = "created_at"
        case suspendedAt = "suspended_at"
        case grantedNano = "granted_nano"
        case toppedUpNano = "topped_up_nano"
    }

    package var granted: Money { Money(nano: grantedNano) }
    package var toppedUp: Money { Money(nano: toppedUpNano) }
}

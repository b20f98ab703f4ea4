import DeepSeekInference
import GRDB

/// Accounts, keys, limits and books of a server that is not open to everybody.
package final class Platform: Sendable {
    package let store: PlatformStore
    package let currency: String
    private let keys: KeyStore
    private let ledger: UsageLedger
    private let limiter = RateLimiter()
    private let lease: ServerLease

    package init(_ store: PlatformStore, currency: String) throws(PlatformError) {
        lease = try ServerLease(database: store.path)
        self.store = store
        self.currency = currency
        keys = KeyStore(store)
        ledger = UsageLedger(store, server: lease.id)
    }

    /// Closes what processes that ended left open.
    ///
    /// - Returns: how many requests.
    package func recover() async throws -> Int {
        try await ledger.closeCut { [store] in ServerLease.isAlive($0, database: store.path) }
    }

    /// Who an `Authorization` header names.
    ///
    /// - Throws: ``APIError`` `invalidKey`.
    package func caller(authorization: String?) async throws -> Caller {
        guard let authorization else {
            throw APIError(.invalidKey, "an API key is missing: send \"Authorization: Bearer sk-…\"")
        }
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw KeyStore.refusal }
        return try await keys.recognise(String(parts[1]))
    }

    /// Lets a request in, and opens its row.
    ///
    /// - Throws: ``APIError`` `rateLimitExceeded`, `quotaExceeded` or `insufficientBalance`.
    package func admit(
        _ caller: Caller, requestID: String, model: String, endpoint: String, promptTokens: Int
    ) async throws -> UsageEntry {
        let lease = try limiter.enter(caller)
        try await ledger.open(id: requestID, caller: caller, model: model, endpoint: endpoint)
        return UsageEntry(id: requestID, promptTokens: promptTokens, ledger: ledger, lease: lease)
    }

    func balance(_ caller: Caller) async throws -> AccountBalance {
        try await store.pool.read { try AccountBalance.read($0, account: caller.accountID) }
    }
}

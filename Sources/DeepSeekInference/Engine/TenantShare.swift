/// What a tenant has had of the machine.
package final class TenantShare {
    let tenant: String?
    /// Tokens computed for it, those of answers counted double, since they come one at a time. Never less than what the
    /// least served tenant had when this one came.
    package fileprivate(set) var served = 0.0
    fileprivate var requests = 0

    fileprivate init(_ tenant: String?) { self.tenant = tenant }

    package func note(prompt: Int, answer: Int) { served += Double(prompt) + 2 * Double(answer) }
}

/// Shares of all tenants with requests in the engine (virtual token counters: Sheng et al., "Fairness in serving large
/// language models", 2024). The least served comes next.
package struct TenantShares {
    private var shares: [String?: TenantShare] = [:]

    package init() {}

    /// For one more request. A tenant that comes back has no claim on what it left unused.
    package mutating func enter(_ tenant: String?) -> TenantShare {
        let share = shares[tenant] ?? TenantShare(tenant)
        if share.requests == 0, let least = leastServed { share.served = max(share.served, least) }
        shares[tenant] = share
        share.requests += 1
        return share
    }

    package mutating func leave(_ share: TenantShare) {
        share.requests -= 1
        guard share.requests == 0 else { return }
        guard let least = leastServed else { return shares.removeAll(keepingCapacity: true) }
        // Those who had more keep their count, or leaving for a moment would make them equal.
        for (tenant, share) in shares where share.requests == 0 && share.served <= least { shares[tenant] = nil }
    }

    /// Of those with requests.
    private var leastServed: Double? {
        var least: Double?
        for share in shares.values where share.requests > 0 { least = min(least ?? .infinity, share.served) }
        return least
    }
}

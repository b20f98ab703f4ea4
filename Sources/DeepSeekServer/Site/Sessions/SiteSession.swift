/// Somebody who is signed in to the site.
struct SiteSession: Sendable, Hashable {
    var account: Account
    /// As which the API knows them.
    var caller: Caller
}

/// Who sent a request, as its key says.
package struct Caller: Sendable, Hashable {
    package var accountID: String
    package var keyID: String
    package var limits: KeyLimits

    package init(accountID: String, keyID: String, limits: KeyLimits) {
        self.accountID = accountID
        self.keyID = keyID
        self.limits = limits
    }
}

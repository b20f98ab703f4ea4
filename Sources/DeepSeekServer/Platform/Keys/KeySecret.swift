import Crypto
import Foundation

/// The secret half of an API key, and how it is recognised without being kept.
///
/// A key is `sk-`, an id of 12 letters and digits, and a secret of 40: 206 random bits, which nobody finds by trying,
/// so that a fast salted hash protects it. (Passwords would need a slow one.)
enum KeySecret {
    static let prefix = "sk-"
    static let idLength = 12
    static let secretLength = 40

    static func salt() -> Data { Data((0..<16).map { _ in UInt8.random(in: .min ... .max) }) }

    static func hash(_ secret: String, salt: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data(secret.utf8), using: SymmetricKey(data: salt)))
    }

    /// In the same time whatever differs.
    static func matches(_ secret: String, salt: Data, hash: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            hash, authenticating: Data(secret.utf8), using: SymmetricKey(data: salt))
    }

    /// The two halves of a key. What is no key has halves that belong to none, so that it is treated like any other.
    static func halves(_ key: String) -> (id: String, secret: String) {
        guard key.hasPrefix(prefix), key.utf8.count == prefix.utf8.count + idLength + secretLength else {
            return ("", String(key.prefix(secretLength)))
        }
        let rest = key.dropFirst(prefix.count)
        return (String(rest.prefix(idLength)), String(rest.dropFirst(idLength)))
    }
}

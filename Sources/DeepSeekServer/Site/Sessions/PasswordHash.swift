import Crypto
import CryptoExtras
import Foundation

/// What is kept of a password: a salt, and what scrypt makes of both, slowly and with much memory.
struct PasswordHash: Sendable, Hashable {
    /// 2^15 rounds of 8 blocks: 32 MiB, and about a tenth of a second.
    private static let rounds = 1 << 15
    private static let blockSize = 8

    let salt: Data
    let hash: Data

    init(salt: Data, hash: Data) {
        self.salt = salt
        self.hash = hash
    }

    init(_ password: String) throws {
        salt = KeySecret.salt()
        hash = try Self.derive(password, salt: salt)
    }

    func matches(_ password: String) throws -> Bool {
        let other = try Self.derive(password, salt: salt)
        guard other.count == hash.count else { return false }
        // In the same time wherever they differ.
        return zip(other, hash).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, salt: Data) throws -> Data {
        // The same characters may be typed in different forms.
        let bytes = Data(password.precomposedStringWithCompatibilityMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: 32, rounds: rounds, blockSize: blockSize, parallelism: 1)
        return key.withUnsafeBytes { Data($0) }
    }
}

import DeepSeekServer
import Foundation
import Synchronization

/// A database in a folder that goes away, with a clock that tests move.
final class TestPlatform: Sendable {
    let path: String
    let store: PlatformStore
    private let clock: Clock
    private let folder: String

    final class Clock: Sendable {
        private let seconds = Atomic(1_795_600_000)
        var now: Int { seconds.load(ordering: .relaxed) }
        func move(by amount: Int) { seconds.wrappingAdd(amount, ordering: .relaxed) }
    }

    init(busySeconds: Double = 5) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "deepseek-\(UUID().uuidString)").path
        path = folder + "/state/platform.sqlite"
        let clock = Clock()
        self.clock = clock
        store = try PlatformStore(path: path, busySeconds: busySeconds) { clock.now }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func moveClock(by seconds: Int) { clock.move(by: seconds) }

    var accounts: AccountStore { AccountStore(store) }
    var keys: KeyStore { KeyStore(store) }

    /// An account with a key.
    func account(
        _ name: String, tokens: Int = 1_000_000, limits: KeyLimits = KeyLimits()
    ) throws -> (account: Account, key: String) {
        let account = try accounts.create(name: name)
        if tokens > 0 { try accounts.grant(account, tokens: tokens) }
        return (account, try keys.create(account, name: "", limits: limits).secret)
    }

    func usage(_ account: Account? = nil) throws -> [UsageReport.Line] {
        try UsageReport(store).lines(account: account?.id)
    }
}

import ArgumentParser
import DeepSeekJSON
import DeepSeekServer

struct AdminKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Make, list, limit and revoke API keys.",
        subcommands: [Create.self, List.self, Limit.self, Revoke.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key, and print it: it cannot be shown again.")
        @Argument(help: "The account's name or id.") var account: String
        @Option(help: "What the key is for.") var name = ""
        @OptionGroup var limits: KeyLimitOptions
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let store = try platform.store()
            let account = try AccountStore(store).find(account)
            let (secret, key) = try KeyStore(store).create(account, name: name, limits: limits.limits)
            let line: JSONValue = ["id": .string(key.id), "key": .string(secret)]
            Terminal.write((platform.json ? line.serialized() : secret) + "\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List keys by their ids.")
        @Option(help: "The name or id of the only account to list.") var account: String?
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let store = try platform.store()
            let only = try account.map { try AccountStore(store).find($0) }
            for key in try KeyStore(store).list(account: only) {
                let limits = key.limits
                guard !platform.json else {
                    func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
                    let line: JSONValue = [
                        "id": .string(key.id), "account": .string(key.accountID), "name": .string(key.name),
                        "revoked": .bool(key.revokedAt != nil),
                        "requests_per_minute": number(limits.requestsPerMinute),
                        "tokens_per_minute": number(limits.tokensPerMinute),
                        "tokens_per_day": number(limits.tokensPerDay),
                        "concurrent_requests": number(limits.concurrentRequests),
                    ]
                    Terminal.write(line.serialized() + "\n")
                    continue
                }
                let described = [
                    ("requests/min", limits.requestsPerMinute), ("tokens/min", limits.tokensPerMinute),
                    ("tokens/day", limits.tokensPerDay), ("at once", limits.concurrentRequests),
                ].compactMap { name, limit in limit.map { "\($0) \(name)" } }
                Terminal.write(
                    (["sk-\(key.id)…", key.accountID, key.name] + described
                        + (key.revokedAt == nil ? [] : ["revoked"])).joined(separator: "  ") + "\n")
            }
        }
    }

    struct Limit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set the limits of a key; those that are not named are lifted.")
        @Argument(help: "The key's id.") var key: String
        @OptionGroup var limits: KeyLimitOptions
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let keys = KeyStore(try platform.store())
            try keys.setLimits(limits.limits, of: keys.find(key))
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse a key from now on.")
        @Argument(help: "The key's id.") var key: String
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let keys = KeyStore(try platform.store())
            try keys.revoke(keys.find(key))
        }
    }
}

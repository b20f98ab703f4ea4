import ArgumentParser
import DeepSeekJSON
import DeepSeekServer

struct AdminAccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "Make, list and suspend accounts.",
        subcommands: [Create.self, List.self, Suspend.self, Resume.self])

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an account.")
        @Argument(help: "A name that no other account has.") var name: String
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let account = try AccountStore(platform.store()).create(name: name)
            let line: JSONValue = ["id": .string(account.id), "name": .string(account.name)]
            Terminal.write(platform.json ? line.serialized() + "\n" : "\(account.id)  \(account.name)\n")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List accounts with what they have left.")
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let accounts = AccountStore(try platform.store())
            for account in try accounts.list() {
                let balance = try accounts.balance(account)
                let isSuspended = account.suspendedAt != nil
                guard !platform.json else {
                    let line: JSONValue = [
                        "id": .string(account.id), "name": .string(account.name), "suspended": .bool(isSuspended),
                        "granted": .string(balance.granted.description),
                        "topped_up": .string(balance.toppedUp.description),
                        "free_tokens": .integer(balance.freeTokens),
                    ]
                    Terminal.write(line.serialized() + "\n")
                    continue
                }
                Terminal.write(
                    "\(account.id)  \(account.name)  balance \(balance.total)  free tokens \(balance.freeTokens)"
                        + (isSuspended ? "  suspended\n" : "\n"))
            }
        }
    }

    struct Suspend: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Refuse the keys of an account.")
        @Argument(help: "The account's name or id.") var account: String
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let accounts = AccountStore(try platform.store())
            try accounts.suspend(accounts.find(account), true)
        }
    }

    struct Resume: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Take the keys of an account again.")
        @Argument(help: "The account's name or id.") var account: String
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let accounts = AccountStore(try platform.store())
            try accounts.suspend(accounts.find(account), false)
        }
    }
}

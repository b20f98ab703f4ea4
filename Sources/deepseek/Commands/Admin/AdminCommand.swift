import ArgumentParser

struct AdminCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Make accounts and keys for 'deepseek serve --platform', and see what they use.",
        discussion: """
            Works on the platform's database, also while a server uses it; changes count at once.

              deepseek admin account create team
              deepseek admin key create team --requests-per-minute 60        # prints the key, once
              deepseek admin grant team --tokens 5000000
              deepseek admin price set DeepSeek-V2-Lite-Chat --cache-hit 0.014 --cache-miss 0.14 --output 0.28
              deepseek admin usage --from 2026-11-01 --json
              deepseek admin key revoke KEY_ID
            """,
        subcommands: [
            AdminAccountCommand.self, AdminPasswordCommand.self, AdminKeyCommand.self, AdminGrantCommand.self,
            AdminPriceCommand.self,
            AdminUsageCommand.self,
        ])
}

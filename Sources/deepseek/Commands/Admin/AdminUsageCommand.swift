import ArgumentParser
import DeepSeekJSON
import DeepSeekServer

struct AdminUsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Usage by day, account, key and model.")

    @Option(help: "The name or id of the only account to show.") var account: String?
    @Option(help: "The first day, such as 2026-11-01 (UTC).") var from: String?
    @Option(help: "The last day.") var to: String?
    @OptionGroup var platform: PlatformOptions

    func validate() throws {
        for day in [from, to].compactMap({ $0 }) where !UsageReport.isDay(day) {
            throw ValidationError("\(day) is no day such as 2026-11-25")
        }
    }

    func run() throws {
        let store = try platform.store()
        let only = try account.map { try AccountStore(store).find($0).id }
        for line in try UsageReport(store).lines(account: only, from: from, to: to) {
            guard !platform.json else {
                var members = line.json.object ?? [:]
                members["account"] = .string(line.account)
                Terminal.write(JSONValue.object(members).serialized() + "\n")
                continue
            }
            Terminal.write(
                "\(line.day)  \(line.account)  \(line.key)  \(line.model)  requests \(line.requests)  "
                    + "prompt \(line.promptTokens) (cached \(line.cacheHitTokens))  answers \(line.completionTokens)  "
                    + "free \(line.freeTokens)  cost \(line.cost)\n")
        }
    }
}

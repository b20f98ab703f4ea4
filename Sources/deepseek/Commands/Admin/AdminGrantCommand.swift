import ArgumentParser
import DeepSeekServer

struct AdminGrantCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant", abstract: "Give an account free tokens or money.",
        discussion: "Free tokens are used first, then money that was given, then money that was paid in.")

    @Argument(help: "The account's name or id.") var account: String
    @Option(help: "Free tokens.") var tokens: Int?
    @Option(help: "Money as a gift, such as 10.00; a negative amount takes it back.") var credit: String?
    @Option(help: "Money that was paid in.") var topUp: String?
    @OptionGroup var platform: PlatformOptions

    func validate() throws {
        guard tokens != nil || credit != nil || topUp != nil else {
            throw ValidationError("say what: --tokens, --credit or --top-up")
        }
    }

    func run() throws {
        let accounts = AccountStore(try platform.store())
        let account = try accounts.find(account)
        if let tokens { try accounts.grant(account, tokens: tokens) }
        if let credit { try accounts.credit(account, try amount(credit), isGift: true) }
        if let topUp { try accounts.credit(account, try amount(topUp), isGift: false) }
        let balance = try accounts.balance(account)
        Terminal.write(
            platform.json
                ? balance.json(currency: "").serialized() + "\n"
                : "balance \(balance.total)  free tokens \(balance.freeTokens)\n")
    }

    private func amount(_ text: String) throws -> Money {
        guard let money = Money(text) else { throw CommandError("\"\(text)\" is no amount such as 10.00") }
        return money
    }
}

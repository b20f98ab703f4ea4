import ArgumentParser
import DeepSeekJSON
import DeepSeekServer

struct AdminPriceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "price", abstract: "Set and list prices per million tokens.", subcommands: [Set.self, List.self])

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a model's prices; what runs already pays them too.")
        @Argument(help: "The model's name for clients.") var model: String
        @Option(help: "Per million prompt tokens that the cache held.") var cacheHit: String
        @Option(help: "Per million other prompt tokens.") var cacheMiss: String
        @Option(help: "Per million tokens of answers.") var output: String
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            let price = Price(
                cacheHit: try amount(cacheHit), cacheMiss: try amount(cacheMiss), output: try amount(output))
            try AccountStore(platform.store()).setPrice(price, model: model)
        }

        private func amount(_ text: String) throws -> Int {
            guard let price = Price.perToken(perMillion: text) else {
                throw CommandError(
                    "\"\(text)\" is no price per million tokens, such as 0.14, with up to three decimals")
            }
            return price
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List prices. Models that are not listed are free.")
        @OptionGroup var platform: PlatformOptions

        func run() throws {
            for (model, price) in try AccountStore(platform.store()).prices() {
                let parts = [price.cacheHit, price.cacheMiss, price.output].map(Price.perMillion(perToken:))
                let line: JSONValue = [
                    "model": .string(model), "cache_hit": .string(parts[0]), "cache_miss": .string(parts[1]),
                    "output": .string(parts[2]),
                ]
                Terminal.write(
                    platform.json
                        ? line.serialized() + "\n"
                        : "\(model)  cache hit \(parts[0])  cache miss \(parts[1])  output \(parts[2])\n")
            }
        }
    }
}

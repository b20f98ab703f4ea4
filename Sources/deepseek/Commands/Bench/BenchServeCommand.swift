import ArgumentParser
import DeepSeekBenchmarking
import DeepSeekCharts
import DeepSeekJSON
import DeepSeekTokenizer
import Foundation

struct BenchServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Put a load on a server that speaks OpenAI's API, and measure how it answers.",
        discussion: """
            Against a server that runs, this package's or another; or against 'deepseek serve', started for the time with \
            the options after '--':

              deepseek bench serve --url http://127.0.0.1:8000/v1 --concurrency 1,8,32
              deepseek bench serve --rate 0.5,1,2 --seconds 60 --prompt 64-256 --answer exponential:100 -- --model FOLDER
              deepseek bench serve --concurrency 16 --shared 2000 --prompt 32 --plot waits.svg -- --model FOLDER
              deepseek bench serve --rate 2 --conversations sharegpt.json --tokenizer FOLDER --url …

            --concurrency keeps so many requests under way: it asks how much a server can do. --rate sends so many per \
            second on the average (a Poisson process) whether or not the earlier ones have ended: it asks how long \
            people wait. Several values are measured one after the other, with other prompts each time.

            Answers are streamed. The first token is the first piece of text; the time per token is that from the first \
            piece to the last, divided by the tokens between them. Tokens are counted by the server. Prompts are token \
            ids where the server takes them ('--prompts ids'), so that every server reads as many tokens.

            Lengths: 128; 64-256, each equally likely; normal:MEAN,DEVIATION; exponential:MEAN.
            """)

    @Option(help: ArgumentHelp("The server's address, up to and with /v1.", valueName: "url"))
    var url: String?

    @Option(help: "The key that the server asks for; by default that in OPENAI_API_KEY, if any.") var apiKey: String?
    @Option(help: "The model's name; by default the first of the server's list.") var modelName: String?

    @Option(help: "Requests under way at a time.") var concurrency = Choices<Int>([])
    @Option(help: "Requests per second.") var rate = Choices<Double>([])
    @Option(help: "Requests at most; by default four times the concurrency, or as many as --seconds allows.")
    var requests: Int?
    @Option(help: "Seconds after which no more are sent; those under way end.") var seconds: Double?
    @Option(help: "Requests before, that are not counted.") var warmups = 1
    @Option(help: "Seconds that a request may take.") var timeout = 600.0

    @Option(help: "Tokens of a prompt: a distribution.") var prompt = "128"
    @Option(help: "Tokens of an answer: a distribution.") var answer = "64"
    @Option(help: "Tokens before them that are the same for all.") var shared = 0
    @Option(help: "How prompts are sent: ids, text or chat; by default the first that the server takes.")
    var prompts: PromptForm?
    @Option(help: "Different prompts, that come again and again; their answers are compared.") var distinct: Int?
    @Option(help: "Token ids are below this; at most what the model knows.") var vocabulary = 8_000
    @Option(help: "The seed of prompts and arrivals.") var seed: UInt64 = 0
    @Option(help: "Temperature.") var temperature = 0.0
    @Flag(inversion: .prefixedNo, help: "Ask for answers of full length by the field ignore_eos.") var ignoreEos = true

    @Option(help: ArgumentHelp("Prompts and lengths of answers from a file of ShareGPT's form.", valueName: "file"))
    var conversations: String?
    @Option(help: ArgumentHelp("The tokenizer that counts their tokens.", valueName: "folder"))
    var tokenizer: String?
    @Option(help: "Tokens of their longest question and of the longest answer.") var longest = 1_024

    @Flag(help: "A JSON list of objects instead of a table.") var json = false
    @Flag(help: "Comma-separated values instead of a table.") var csv = false
    @Option(help: ArgumentHelp("A picture of how long requests waited (SVG).", valueName: "file")) var plot: String?

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("After '--': options of the 'deepseek serve' to start.", valueName: "serve options"))
    var server: [String] = []

    private var loads: [ServingLoad] {
        concurrency.values.map { .concurrency($0) } + rate.values.map { .rate($0) }
    }

    func validate() throws {
        guard (url == nil) != server.isEmpty else {
            throw ValidationError(
                "give --url of a server that runs, or '--' and the options of a server to start, such as '-- --model FOLDER'"
            )
        }
        guard concurrency.values.isEmpty != rate.values.isEmpty else {
            throw ValidationError("give --concurrency or --rate; --concurrency 8 keeps 8 requests under way")
        }
        guard concurrency.values.allSatisfy({ (1...10_000).contains($0) }) else {
            throw ValidationError("--concurrency must be from 1 to 10000")
        }
        guard rate.values.allSatisfy({ (0.001...10_000).contains($0) }) else {
            throw ValidationError("--rate must be from 0.001 to 10000 per second; --concurrency sends all at once")
        }
        guard rate.values.isEmpty || requests != nil || seconds != nil else {
            throw ValidationError("--rate needs --requests or --seconds, or it would never end")
        }
        for (name, value, range) in [
            ("--requests", requests, 1...10_000_000), ("--distinct", distinct, 1...1_000_000),
            ("--shared", shared, 0...1_000_000), ("--vocabulary", vocabulary, 1...10_000_000),
            ("--longest", longest, 4...1_000_000), ("--warmups", warmups, 1...10_000),
        ] {
            guard let value else { continue }
            guard range.contains(value) else {
                throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        for (name, value) in [("--seconds", seconds), ("--timeout", timeout)] {
            if let value, !(0.001...1_000_000).contains(value) {
                throw ValidationError("\(name) must be from 0.001 to 1000000")
            }
        }
        guard (0...2).contains(temperature) else { throw ValidationError("--temperature must be from 0 to 2") }
        guard (conversations == nil) == (tokenizer == nil) else {
            throw ValidationError("--conversations and --tokenizer go together: lengths are counted in tokens")
        }
        guard !json || !csv else { throw ValidationError("give --json or --csv, not both") }
    }

    func run() async throws {
        let workload = try workload()
        let own = server.isEmpty ? nil : try await ServedProcess.start(server)
        do {
            try await measure(workload, at: own?.address ?? url ?? "")
        } catch {
            await own?.end()
            throw error
        }
        await own?.end()
    }

    private func workload() throws -> ServingWorkload {
        var workload = ServingWorkload()
        workload.prompt = try LengthDistribution(prompt)
        workload.answer = try LengthDistribution(answer)
        if let conversations, let tokenizer {
            workload.conversations = try SampleConversation.read(
                try TextInput.read(conversations), path: conversations, tokenizer: try Tokenizer(folder: tokenizer),
                longest: longest)
        }
        (workload.shared, workload.distinct, workload.vocabulary) = (shared, distinct, vocabulary)
        (workload.temperature, workload.ignoresEnd) = (temperature, ignoreEos)
        return workload
    }

    private func measure(_ workload: ServingWorkload, at address: String) async throws {
        var results: [ServingResult] = []
        for (index, load) in loads.enumerated() {
            var benchmark = ServingBenchmark(address: address)
            (benchmark.load, benchmark.workload) = (load, workload)
            benchmark.workload.seed = seed &+ UInt64(index) &* 1_000_003
            (benchmark.modelName, benchmark.form) = (modelName, prompts)
            benchmark.key = apiKey ?? ProcessInfo.processInfo.environment["OPENAI_API_KEY"]
            benchmark.requests = requests ?? defaultRequests(load)
            (benchmark.seconds, benchmark.warmups, benchmark.timeout) = (seconds, warmups, .seconds(timeout))
            results.append(try await benchmark.run { Terminal.progress($0) })
        }
        Terminal.clearProgress()
        if let plot {
            let chart = ServingResult.chart(results, title: "Waiting for \(results.first?.model ?? "")")
            try Data(chart.svg.utf8).write(to: URL(filePath: plot), options: .atomic)
        }
        show(results)
    }

    private func defaultRequests(_ load: ServingLoad) -> Int {
        if seconds == nil, case .concurrency(let count) = load { return 4 * count }
        return .max
    }

    private func show(_ results: [ServingResult]) {
        if json {
            Terminal.write(JSONValue.array(results.map(\.json)).serialized() + "\n")
        } else {
            let table = BenchTable(results)
            Terminal.write(csv ? table.csv : table.text)
        }
        for result in results {
            for refusal in result.refusals {
                Terminal.note("\(result.load): the server does not take \(refusal); sent as \(result.form.rawValue)")
            }
            for failure in result.failures {
                Terminal.note("\(result.load): \(failure.count) × \(failure.name), such as: \(failure.example)")
            }
            if !result.areTokensCounted {
                Terminal.note("\(result.load): the server counts no tokens; pieces were counted")
            }
            if distinct != nil {
                Terminal.note("\(result.load): \(result.changedAnswers) answers differ from the first")
            }
        }
    }
}

extension PromptForm: ExpressibleByArgument {}

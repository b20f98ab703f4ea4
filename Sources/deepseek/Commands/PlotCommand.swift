import ArgumentParser
import DeepSeekCharts
import DeepSeekJSON
import Foundation

struct PlotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plot",
        abstract: "Draw figures as an SVG picture.",
        discussion: """
              deepseek bench --shape v2-lite --format int4,int8 --sequences 1,2,4,8,16,32 --json > bench.json
              deepseek plot bench.json --x sequences --y generation_tokens_per_second --by format --log --output bench.svg

            Reads a JSON list of objects, or an object a line, as 'bench --json' and the logs of training write them. \
            --x and --y name members; rows that lack either are left out. An x that is text makes bars.
            """)

    @Argument(help: ArgumentHelp("JSON, or '-' for standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The member along the picture.", valueName: "name"))
    var x: String

    @Option(
        help: ArgumentHelp(
            "The member upwards; several, separated by commas, are curves of their own.", valueName: "name"))
    var y: String

    @Option(help: ArgumentHelp("Members that tell curves apart, separated by commas.", valueName: "names"))
    var by: String?

    @Option(help: "What stands above it; by default the name of the file.")
    var title: String?

    @Flag(help: "A logarithmic axis for x.")
    var log = false

    @Option(help: ArgumentHelp("The picture; standard output without it.", valueName: "file"))
    var output: String?

    func run() throws {
        let rows = try FigureRows(text: TextInput.read(file), path: file)
        let chart = try rows.chart(
            title: title ?? file, x: x, y: Self.names(y), by: by.map(Self.names) ?? [], isLogarithmic: log)
        guard let output else { return Terminal.write(chart.svg) }
        try Data(chart.svg.utf8).write(to: URL(filePath: output), options: .atomic)
        Terminal.note("\(output): \(chart.series.count) curve\(chart.series.count == 1 ? "" : "s")")
    }

    private static func names(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }
}

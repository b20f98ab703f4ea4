import DeepSeekBenchmarking
import DeepSeekTensors

/// Figures of `deepseek bench` as people read them.
struct BenchTable {
    private let header: [String]
    private let cells: [[String]]

    init(_ rows: [ExpertsRow]) {
        header = ["experts of", "format", "tokens", "threads", "ms", "GOP/s", "of ceiling"]
        cells = rows.map { row in
            [
                row.model, row.format, String(row.tokens), String(row.threads),
                Format.decimals(row.seconds * 1_000, 3), Format.decimals(row.operationsPerSecond / 1e9, 0),
                Self.share(row.shareOfCeiling),
            ]
        }
    }

    init(_ rows: [EngineResult]) {
        header = [
            "requests", "prompt", "shared", "generate", "tok/s", "first token s", "longest", "sampling", "scheduling",
        ]
        cells = rows.map { row in
            [
                String(row.sequences), String(row.prompt), String(row.shared), String(row.generation),
                Self.rate(row.tokensPerSecond), Format.decimals(row.medianWait ?? 0, 2),
                Format.decimals(row.longestWait ?? 0, 2), Format.decimals(row.samplingShare * 100, 2) + " %",
                Format.decimals(row.schedulingShare * 100, 2) + " %",
            ]
        }
    }

    init(_ rows: [ServingResult]) {
        header = [
            "load", "prompts", "answered", "failed", "tok/s", "first token s, p50", "p90", "p99", "ms per token, p50",
            "p99", "whole s, p50", "p99", "prompt tokens", "cached",
        ]
        func seconds(_ values: Percentiles, _ percent: Double, _ scale: Double = 1) -> String {
            values(percent).map { Format.decimals($0 * scale, scale == 1 ? 3 : 1) } ?? "–"
        }
        cells = rows.map { row in
            let (first, token, whole) = (row.timeToFirstToken, row.timePerToken, row.latency)
            return [
                row.load.description, row.form.rawValue, String(row.completed), String(row.requests - row.completed),
                Format.decimals(row.answerTokensPerSecond, 2), seconds(first, 50), seconds(first, 90),
                seconds(first, 99), seconds(token, 50, 1_000), seconds(token, 99, 1_000), seconds(whole, 50),
                seconds(whole, 99), String(row.promptTokens), String(row.cachedTokens),
            ]
        }
    }

    init(_ rows: [SpeedRow]) {
        header = [
            "model", "format", "depth", "prompt", "generate", "sequences", "threads", "prompt tok/s", "of ceiling",
            "generate tok/s", "of bandwidth", "GB/token", "GFLOP/token",
        ]
        cells = rows.map { row in
            [
                row.model, row.format, String(row.benchmark.depth), String(row.benchmark.prompt),
                String(row.benchmark.generation), String(row.benchmark.sequences), String(row.threads),
                Self.rate(SpeedResult.median(row.result.prompt)), Self.share(row.shareOfCeiling),
                Self.rate(SpeedResult.median(row.result.generation)), Self.share(row.shareOfBandwidth),
                Format.decimals(row.bytesPerToken / 1e9, 3), Format.decimals(row.operationsPerToken / 1e9, 2),
            ]
        }
    }

    /// Columns as wide as their widest cell; names to the left, figures to the right.
    var text: String {
        let lines = [header] + cells
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            line.enumerated().map { column, cell in
                column < 2 ? cell.padding(to: widths[column]) : cell.leftPadded(to: widths[column])
            }.joined(separator: "  ") + "\n"
        }.joined()
    }

    var csv: String {
        ([header] + cells).map { line in
            line.map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n"
        }.joined()
    }

    static func text(of machine: MachineFigures) -> String {
        var lines = ["\(machine.processor), \(machine.threads) threads usable", ""]
        for cache in machine.caches { lines.append("L\(cache.level) \(cache.kind): \(Format.bytes(cache.bytes))") }
        lines.append("")
        for bandwidth in machine.bandwidths {
            lines.append(
                "read, \(bandwidth.threads) thread\(bandwidth.threads == 1 ? "" : "s")".padding(to: 28)
                    + Format.decimals(bandwidth.bytesPerSecond / 1e9, 1) + " GB/s")
        }
        for ceiling in machine.ceilings {
            lines.append(
                "\(ceiling.instructionSet) \(ceiling.elements) products".padding(to: 28)
                    + Format.decimals(ceiling.operationsPerSecond / 1e9, 0) + " GOP/s")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func rate(_ value: Double?) -> String { value.map { Format.decimals($0, 2) } ?? "–" }

    private static func share(_ value: Double?) -> String { value.map { Format.decimals($0 * 100, 1) + " %" } ?? "–" }
}

import DeepSeekJSON
import Foundation

/// The log of a run: `log.jsonl` and `log.csv` with a line per step, and `log.svg`. A run that goes on from a checkpoint
/// drops what was logged after it.
final class TrainingLog {
    private let folder: String
    /// Of the task.
    private let columns: [String]
    private(set) var records: [StepRecord] = []
    private var lastDrawing: Date?

    /// Seconds between drawings.
    private static let drawingInterval = 5.0

    /// - Parameters:
    ///   - step: of the checkpoint that the run goes on from.
    ///   - columns: after those of every run.
    init(folder: String, after step: Int, columns: [String]) throws {
        self.folder = folder
        self.columns = columns
        if step > 0, let text = try? RunFile.text("\(folder)/log.jsonl") {
            records = text.split(separator: "\n").compactMap {
                (try? JSONValue(parsing: String($0))).flatMap(StepRecord.init)
            }.filter { $0.step <= step }
        }
        try RunFile.write(records.map { $0.json(columns).serialized() + "\n" }.joined(), to: "\(folder)/log.jsonl")
        let header = (StepRecord.columns + columns).joined(separator: ",") + "\n"
        try RunFile.write(header + records.map { $0.csv(columns) + "\n" }.joined(), to: "\(folder)/log.csv")
    }

    func append(_ record: StepRecord) throws {
        records.append(record)
        try Self.append(record.json(columns).serialized() + "\n", to: "\(folder)/log.jsonl")
        try Self.append(record.csv(columns) + "\n", to: "\(folder)/log.csv")
        if let lastDrawing, Date().timeIntervalSince(lastDrawing) < Self.drawingInterval { return }
        try draw()
    }

    func draw() throws {
        guard !records.isEmpty else { return }
        lastDrawing = Date()
        try RunFile.write(TrainingChart(records, columns: columns).svg, to: "\(folder)/log.svg")
    }

    private static func append(_ line: String, to path: String) throws {
        do {
            let file = try FileHandle(forUpdating: URL(filePath: path))
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: Data(line.utf8))
        } catch { throw TrainingError(.writeFailed, "\(path): cannot be written: \(error.localizedDescription)") }
    }
}

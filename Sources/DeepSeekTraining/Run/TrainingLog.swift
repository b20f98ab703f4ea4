import DeepSeekJSON
import Foundation

/// The log of a run: `log.jsonl` and `log.csv` with a line per step, and `log.svg`. A run that goes on from a checkpoint
/// drops what was logged after it.
final class TrainingLog {
    private let folder: String
    private(set) var records: [StepRecord] = []
    private var lastDrawing: Date?

    private static let header = StepRecord.columns.joined(separator: ",") + "\n"
    /// Seconds between drawings.
    private static let drawingInterval = 5.0

    /// - Parameter step: of the checkpoint that the run goes on from.
    init(folder: String, after step: Int) throws {
        self.folder = folder
        if step > 0, let text = try? RunFile.text("\(folder)/log.jsonl") {
            records = text.split(separator: "\n").compactMap {
                (try? JSONValue(parsing: String($0))).flatMap(StepRecord.init)
            }.filter { $0.step <= step }
        }
        try RunFile.write(records.map { $0.json.serialized() + "\n" }.joined(), to: "\(folder)/log.jsonl")
        try RunFile.write(Self.header + records.map { $0.csv + "\n" }.joined(), to: "\(folder)/log.csv")
    }

    func append(_ record: StepRecord) throws {
        records.append(record)
        try Self.append(record.json.serialized() + "\n", to: "\(folder)/log.jsonl")
        try Self.append(record.csv + "\n", to: "\(folder)/log.csv")
        if let lastDrawing, Date().timeIntervalSince(lastDrawing) < Self.drawingInterval { return }
        try draw()
    }

    func draw() throws {
        guard !records.isEmpty else { return }
        lastDrawing = Date()
        try RunFile.write(TrainingChart(records).svg, to: "\(folder)/log.svg")
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

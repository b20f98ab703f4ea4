import DeepSeekJSON
import DeepSeekTensors
import Foundation

/// The documents of a data file: JSON lines with `text`, conversations with `messages`, or plain text, which is one
/// document.
struct DocumentReader {
    enum Form: String, Sendable, CaseIterable {
        case text
        case jsonl
    }

    private let file: TextFileReader
    private let form: Form
    private let wantsConversations: Bool

    /// Plain text is cut at line ends into pieces of about this size.
    private static let pieceSize = 1 << 20
    private static let longestLine = 1 << 30

    /// - Parameter form: by the name's end if nil: `.jsonl`, `.jsonl.gz`, `.json` and `.ndjson` are JSON lines.
    init(path: String, form: Form?, wantsConversations: Bool) throws(TrainingError) {
        file = try TextFileReader(path: path)
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let isLines = name.hasSuffix(".jsonl") || name.hasSuffix(".json") || name.hasSuffix(".ndjson")
        self.form = form ?? (isLines || wantsConversations ? .jsonl : .text)
        self.wantsConversations = wantsConversations
    }

    /// - Parameter body: gets each document, and the share of the file that has been read.
    func forEach(_ body: (DataDocument, _ done: Double) throws -> Void) throws {
        let total = Double(max(file.byteCount, 1))
        switch form {
        case .jsonl:
            try forEachValue { value, line, done in
                try body(document(value, line: line), Double(done) / total)
            }
        case .text:
            guard !wantsConversations else { throw error(0, "conversations must be JSON lines") }
            var isFirst = true
            try forEachCut(atLeast: Self.pieceSize) { bytes, done in
                let text = String(decoding: bytes, as: UTF8.self)
                try body(
                    DataDocument(content: .text(text), continues: !isFirst, line: 1), Double(done) / total)
                isFirst = false
            }
        }
    }

    /// The values of JSON lines; empty lines are skipped.
    func forEachValue(_ body: (JSONValue, _ line: Int, _ done: Int) throws -> Void) throws {
        var line = 0
        try forEachCut(atLeast: 1) { bytes, done in
            line += 1
            guard bytes.contains(where: { $0 > 0x20 }) else { return }
            let value: JSONValue
            do {
                value = try bytes.withUnsafeBytes { try JSONValue(parsing: $0) }
            } catch {
                throw self.error(line, "not valid JSON: \(error)")
            }
            try body(value, line, done)
        }
    }

    /// Cuts behind the first line end after so many bytes.
    private func forEachCut(atLeast size: Int, _ body: (ArraySlice<UInt8>, Int) throws -> Void) throws {
        var pending: [UInt8] = []
        var start = 0
        let newline = UInt8(ascii: "\n")
        try file.forEachPiece { piece, done in
            var searched = pending.count
            pending.append(contentsOf: piece)
            while true {
                let first = max(searched, start + size - 1)
                guard first < pending.count, let end = pending[first...].firstIndex(of: newline) else { break }
                try body(pending[start...end], done)
                (start, searched) = (end + 1, end + 1)
            }
            pending.removeFirst(start)
            start = 0
            guard pending.count <= Self.longestLine else {
                throw TrainingError(.invalidData, "\(file.path): a line of more than 1 GB; is this text?")
            }
        }
        if !pending.isEmpty { try body(pending[...], file.byteCount) }
    }

    private func document(_ value: JSONValue, line: Int) throws -> DataDocument {
        guard wantsConversations else {
            guard let text = value["text"]?.string else {
                throw error(line, "a line must be an object with a string under \"text\"")
            }
            return DataDocument(content: .text(text), continues: false, line: line)
        }
        guard let messages = value["messages"], messages.array?.isEmpty == false else {
            throw error(line, "a line must be an object with a list of messages under \"messages\"")
        }
        return DataDocument(
            content: .messages(JSONMessages(messages: messages, tools: value["tools"])), continues: false, line: line)
    }

    func error(_ line: Int, _ message: String) -> TrainingError {
        TrainingError(.invalidData, line > 0 ? "\(file.path), line \(line): \(message)" : "\(file.path): \(message)")
    }
}

import Foundation

/// Writes lessons as JSON lines, a part at a time. The file has its name only when it is whole.
public struct LessonFile {
    /// The share of conversations that goes on with another lesson after each one.
    private static let goingOn = 0.3
    private static let partBytes = 1 << 20

    private let path: String
    private let form: LessonForm

    public init(path: String, form: LessonForm) {
        self.path = path
        self.form = form
    }

    /// - Parameter count: lines.
    /// - Returns: bytes written.
    /// - Throws: ``LessonError`` where the file cannot be written.
    @discardableResult
    public func write(_ count: Int, from maker: LessonMaker, seed: UInt64) throws(LessonError) -> Int {
        var (maker, part, total) = (maker, [UInt8](), 0)
        var random = LessonRandom(seed: seed, stream: .max)
        let unfinished = path + ".part"
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: URL(filePath: unfinished))
            let file = try FileHandle(forWritingTo: URL(filePath: unfinished))
            var written = 0
            while written < count, let lesson = maker.next() {
                var others: [Lesson] = []
                while form == .messages, others.count < 2, random.chance(Self.goingOn), let next = maker.next() {
                    // Two stories would not fit into the context of a small model.
                    guard next.subject != .story || !([lesson] + others).contains(where: { $0.subject == .story })
                    else { break }
                    others.append(next)
                }
                guard let line = form.line(lesson, followedBy: others) else { continue }
                part += line.utf8
                part.append(UInt8(ascii: "\n"))
                written += 1
                guard part.count >= Self.partBytes || written == count else { continue }
                try file.write(contentsOf: part)
                total += part.count
                part.removeAll(keepingCapacity: true)
            }
            try file.close()
            guard rename(unfinished, path) == 0 else {
                throw LessonError(.cannotWrite, String(cString: strerror(errno)))
            }
        } catch {
            throw LessonError(.cannotWrite, "\(path) cannot be written: \(error)")
        }
        return total
    }
}

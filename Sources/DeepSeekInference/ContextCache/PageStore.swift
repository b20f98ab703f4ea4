import Dispatch
import Foundation
import Synchronization

/// Pages of prefixes on the disk: a folder of files (see ``PageFile``) of bounded size, of which the least recently used go
/// first. Pages of several models may lie in one folder.
///
/// The engine's thread asks and reads; writing happens on another one. What cannot be read or written is no error for a
/// request: it is computed, and counted in the figures.
final class PageStore: Sendable {
    private struct Entry {
        var bytes: Int
        /// Larger is more recent.
        var use: UInt64
    }

    private struct State {
        var entries: [PageKey: Entry] = [:]
        var bytes = 0
        var uses: UInt64 = 0
        /// Bytes on their way to the disk.
        var backlog = 0
    }

    private static let suffix = ".page"
    /// Beyond so many bytes that wait to be written, pages are not kept.
    private static let largestBacklog = 256 << 20

    private let folder: String
    private let limit: Int
    private let board: FigureBoard
    private let state: Mutex<State>
    private let writer = DispatchQueue(label: "deepseek-context-cache", qos: .utility)

    /// Opens a folder, and makes it if it is not there.
    ///
    /// - Throws: ``InferenceError`` `unusableContextCache`.
    init(folder: String, limit: Int, board: FigureBoard) throws(InferenceError) {
        self.folder = folder
        self.limit = limit
        self.board = board
        let files = FileManager.default
        do {
            // Others must not read what prompts leave behind.
            try files.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            var found: [(key: PageKey, bytes: Int, date: Date)] = []
            for name in try files.contentsOfDirectory(atPath: folder) {
                let path = "\(folder)/\(name)"
                // Left by a process that was killed while it wrote.
                if name.hasSuffix(".tmp"), name.contains(Self.suffix) { try? files.removeItem(atPath: path) }
                guard name.hasSuffix(Self.suffix), let key = PageKey(hexadecimal: name.dropLast(Self.suffix.count)),
                    let attributes = try? files.attributesOfItem(atPath: path)
                else { continue }
                found.append(
                    (key, attributes[.size] as? Int ?? 0, attributes[.modificationDate] as? Date ?? .distantPast))
            }
            found.sort { $0.date < $1.date }
            var state = State()
            for (key, bytes, _) in found {
                state.uses += 1
                state.entries[key] = Entry(bytes: bytes, use: state.uses)
                state.bytes += bytes
            }
            self.state = Mutex(state)
        } catch {
            throw InferenceError(
                .unusableContextCache,
                "\(folder) cannot be used for cached pages (\(error.localizedDescription)); name a folder that can be "
                    + "written")
        }
        writer.async { [self] in shrink() }
    }

    func contains(_ key: PageKey) -> Bool { state.withLock { $0.entries[key] != nil } }

    /// Reads a page into its place, which otherwise holds anything afterwards.
    func read(
        _ key: PageKey, tokens: UnsafeBufferPointer<Int32>, into page: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let path = path(key)
        let head = PageFile.head(key, tokens: tokens, page: page.count)
        guard PageFile.read(path, head: head, into: page) else {
            // Torn, or another's, or gone: it is of no use to anybody.
            forget(key)
            writer.async { unlink(path) }
            return false
        }
        state.withLock { state in
            state.uses += 1
            state.entries[key]?.use = state.uses
        }
        // The order is read from the files after a restart.
        writer.async { utimensat(AT_FDCWD, path, nil, 0) }
        board.diskPagesRead.wrappingAdd(1, ordering: .relaxed)
        return true
    }

    /// Copies a page and writes it some time later.
    func write(_ key: PageKey, tokens: UnsafeBufferPointer<Int32>, page: UnsafeRawBufferPointer) {
        let bytes = PageFile.byteCount(tokens: tokens.count, page: page.count)
        let isTaken = state.withLock { state in
            guard state.entries[key] == nil, state.backlog + bytes <= Self.largestBacklog, bytes <= limit else {
                return false
            }
            state.uses += 1
            state.entries[key] = Entry(bytes: bytes, use: state.uses)
            state.bytes += bytes
            state.backlog += bytes
            return true
        }
        guard isTaken else { return }
        let head = PageFile.head(key, tokens: tokens, page: page.count)
        let copy = Array(page)
        writer.async { [self] in
            // It may have had to go before it came.
            let isWanted = state.withLock { state in
                state.backlog -= bytes
                return state.entries[key] != nil
            }
            guard isWanted else { return }
            if PageFile.write(head: head, page: copy, to: path(key)) {
                board.diskPagesWritten.wrappingAdd(1, ordering: .relaxed)
            } else {
                board.diskFailures.wrappingAdd(1, ordering: .relaxed)
                forget(key)
            }
            shrink()
        }
    }

    /// Waits until all is written that was handed over.
    func flush() { writer.sync {} }

    private func path(_ key: PageKey) -> String { "\(folder)/\(key.hexadecimal)\(Self.suffix)" }

    private func forget(_ key: PageKey) {
        state.withLock { state in
            if let entry = state.entries.removeValue(forKey: key) { state.bytes -= entry.bytes }
        }
    }

    /// Removes the least recently used files, a tenth more than must go, so that this is rare.
    private func shrink() {
        let removed = state.withLock { state -> [PageKey] in
            guard state.bytes > limit else { return [] }
            var removed: [PageKey] = []
            for (key, entry) in state.entries.sorted(by: { $0.value.use < $1.value.use })
            where state.bytes > limit - limit / 10 {
                state.entries[key] = nil
                state.bytes -= entry.bytes
                removed.append(key)
            }
            return removed
        }
        for key in removed { unlink(path(key)) }
    }
}

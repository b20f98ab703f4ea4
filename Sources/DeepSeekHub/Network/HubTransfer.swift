import AsyncHTTPClient
import NIOCore

/// Brings one file into the cache, whatever it takes.
struct HubTransfer: Sendable {
    /// Coming this much further forgives earlier failures, so that a large file over a bad line still arrives, and a
    /// server that gives a byte at a time does not keep us forever.
    private static let forgivingBytes = 8 << 20

    let connection: HubConnection
    let cache: HubCache
    let policy: HubRetryPolicy
    let commit: String
    let meter: HubProgressMeter

    /// - Parameter index: Of the file in the meter.
    func fetch(_ file: HubFile, index: Int) async throws {
        let model = connection.model
        let blob = cache.blob(file.digest, of: model)
        try await FileLock.holding(cache.lock(file.digest, of: model)) {
            // Another process may have brought it while this one waited.
            if FileSystem.fileSize(blob) != file.size {
                try await download(file, index: index, to: blob)
            }
        }
        meter.found(index, bytesDone: file.size)
    }

    private func download(_ file: HubFile, index: Int, to blob: String) async throws {
        let partial = blob + ".incomplete"
        for isLastTry in [false, true] {
            do {
                try await complete(file, index: index, partial: partial, blob: blob)
                return
            } catch let error as HubError where error.code == .integrity {
                try FileSystem.remove(partial)
                meter.found(index, bytesDone: 0)
                if isLastTry {
                    throw HubError(
                        .integrity, "\(connection.model.repository)/\(file.name)",
                        "\(error.message), twice; the Hub or something on the way to it damages this file: "
                            + "try another network or HF_ENDPOINT")
                }
            }
        }
    }

    /// One download with as many connections as it takes.
    private func complete(_ file: HubFile, index: Int, partial path: String, blob: String) async throws {
        var partial = try PartialBlob(path: path, for: file)
        try await partial.readBack()
        meter.found(index, bytesDone: partial.count)
        var attempts = HubAttempts(policy, place: "\(connection.model.repository)/\(file.name)")
        var highest = partial.count
        while partial.count < file.size {
            do {
                try await receive(file, index: index, into: &partial)
            } catch let failure as TransientFailure {
                if partial.count >= highest + Self.forgivingBytes { attempts.progressed() }
                highest = max(highest, partial.count)
                try await attempts.failed(failure)
            }
        }
        try partial.finish(as: blob)
    }

    /// One connection's worth.
    private func receive(_ file: HubFile, index: Int, into partial: inout PartialBlob) async throws {
        let offset = partial.count
        let response = try await connection.file(file, at: commit, from: offset)
        switch response.status.code {
        case 206:
            guard Self.start(ofRange: response.headers.first(name: "content-range")) == offset else {
                try startOver(&partial, index)
                throw TransientFailure(message: "the server sent another part of the file than the one asked for")
            }
        case 416:
            try startOver(&partial, index)
            throw TransientFailure(message: "the server refuses to continue the file")
        default:
            // The whole file, also when only the rest was asked for.
            if offset > 0 { try startOver(&partial, index) }
        }
        if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }),
            length != file.size - partial.count
        {
            throw HubError(
                .integrity, file.name,
                "the server has \(length) bytes to send instead of \(file.size - partial.count)")
        }
        do {
            for try await part in response.body {
                try part.withUnsafeReadableBytes { try partial.append($0) }
                meter.received(index, bytesDone: partial.count)
                try Task.checkCancellation()
            }
        } catch {
            throw HubConnection.transient(error)
        }
        try Task.checkCancellation()
        if partial.count < file.size { throw TransientFailure(message: "the file ended early") }
    }

    private func startOver(_ partial: inout PartialBlob, _ index: Int) throws(HubError) {
        try partial.startOver()
        meter.found(index, bytesDone: 0)
    }

    /// 100 of `bytes 100-199/200`.
    private static func start(ofRange header: String?) -> Int? {
        guard let header, header.lowercased().hasPrefix("bytes ") else { return nil }
        return Int(header.dropFirst(6).prefix { $0.isASCII && $0.isNumber })
    }
}

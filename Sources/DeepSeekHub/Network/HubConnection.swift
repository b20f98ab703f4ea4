import AsyncHTTPClient
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Requests to the Hub: addresses, the token, redirects, and what the status of an answer means.
struct HubConnection: Sendable {
    /// The list of files of the largest repositories is a few megabytes.
    private static let maximumListingBytes = 64 << 20
    private static let maximumRedirects = 10

    let client: HTTPClient
    let environment: HubEnvironment
    let model: ModelIdentifier

    static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            // Redirects are followed here, since the token must not go along to another host.
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(20), read: .seconds(60)))
        configuration.decompression = .disabled
        // One connection for each file, so that the files do not share one flow-control window.
        configuration.httpVersion = .http1Only
        return configuration
    }

    func listing() async throws -> HubListing {
        let path = "/api/models/\(model.repository)/revision/\(Self.escaped(model.revision, keepingSlashes: false))"
        let place = model.description
        let response = try await get(path + "?blobs=true", from: 0, for: place)
        var body: [UInt8] = []
        do {
            for try await part in response.body {
                guard body.count + part.readableBytes <= Self.maximumListingBytes else {
                    throw HubError(.badResponse, place, "the list of files is longer than 64 MB; check HF_ENDPOINT")
                }
                body.append(contentsOf: part.readableBytesView)
            }
        } catch {
            throw Self.transient(error)
        }
        try Task.checkCancellation()
        return try HubListing(parsing: body, place: place)
    }

    /// The bytes of a file from an offset on: status 206, or 200 with the whole file, or 416.
    func file(_ file: HubFile, at commit: String, from offset: Int) async throws -> HTTPClientResponse {
        let path = "/\(model.repository)/resolve/\(commit)/\(Self.escaped(file.name, keepingSlashes: true))"
        return try await get(path, from: offset, for: "\(model.repository)/\(file.name)")
    }

    private func get(_ path: String, from offset: Int, for place: String) async throws -> HTTPClientResponse {
        guard var url = URL(string: environment.endpoint.absoluteString + path) else {
            throw HubError(.badName, place, "does not make an address with HF_ENDPOINT \(environment.endpoint)")
        }
        for _ in 0...Self.maximumRedirects {
            let response = try await send(url, from: offset)
            guard [301, 302, 303, 307, 308].contains(response.status.code) else {
                try check(response, from: url, isRange: offset > 0, for: place)
                return response
            }
            guard let location = response.headers.first(name: "location"),
                let next = URL(string: location, relativeTo: url)?.absoluteURL,
                let scheme = next.scheme?.lowercased(), scheme == "https" || scheme == url.scheme?.lowercased(),
                next.host()?.isEmpty == false
            else {
                throw HubError(
                    .badResponse, place,
                    "\(Self.shown(url)) redirects to no address that can be followed; check HF_ENDPOINT")
            }
            url = next
        }
        throw HubError(
            .badResponse, place,
            "the Hub redirects more than \(Self.maximumRedirects) times; check HF_ENDPOINT, or try again later")
    }

    private func send(_ url: URL, from offset: Int) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.headers.add(name: "user-agent", value: "swift-deepseek")
        request.headers.add(name: "accept-encoding", value: "identity")
        if offset > 0 { request.headers.add(name: "range", value: "bytes=\(offset)-") }
        if let token = environment.token, isHub(url) {
            request.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        do {
            // Large files take long: the read timeout bounds silence, and nothing bounds the whole.
            return try await client.execute(request, deadline: .distantFuture)
        } catch {
            throw Self.transient(error)
        }
    }

    /// Whether scheme, host and port are those of the endpoint.
    private func isHub(_ url: URL) -> Bool {
        func origin(_ url: URL) -> [String] {
            let scheme = url.scheme?.lowercased() ?? ""
            return [scheme, url.host()?.lowercased() ?? "", String(url.port ?? (scheme == "https" ? 443 : 80))]
        }
        return origin(url) == origin(environment.endpoint)
    }

    private func check(_ response: HTTPClientResponse, from url: URL, isRange: Bool, for place: String) throws {
        let status = response.status.code
        let reason = response.headers.first(name: "x-error-code")
        let page = "\(environment.endpoint.absoluteString)/\(model.repository)"
        switch status {
        case 200: return
        case 206 where isRange, 416 where isRange: return
        case 401 where reason == "GatedRepo", 403 where reason == "GatedRepo":
            throw HubError(.gated, place, "accept the terms on \(page), and set HF_TOKEN to a token of that account")
        case 408, 425, 429, 500...599:
            let seconds = response.headers.first(name: "retry-after").flatMap { Int($0) }
            throw TransientFailure(
                message: "\(Self.shown(url)) answers with status \(status)",
                // Bounded before it becomes a duration; the policy bounds it further.
                retryAfter: seconds.map { .seconds(min(max($0, 0), 3600)) })
        case 401 where !isHub(url), 403 where !isHub(url), 404 where !isHub(url):
            // Storage hosts get signed addresses, which expire: the Hub makes a new one for the next attempt.
            throw TransientFailure(message: "\(Self.shown(url)) answers with status \(status)")
        case 401:
            throw HubError(
                .unauthorized, place,
                environment.token == nil
                    ? "does not exist or is private; check the name, or set HF_TOKEN to a token that may read it"
                    : "the Hub does not accept the token; check the name, and set HF_TOKEN to a valid token")
        case 403:
            throw HubError(
                .unauthorized, place, "the token may not read it; set HF_TOKEN to a token that may (\(page))")
        case 404 where reason == "RevisionNotFound":
            throw HubError(.notFound, place, "the model has no revision \(model.revision); see \(page)/tree/main")
        case 404:
            throw HubError(.notFound, place, "the Hub has no such model or file; check the name on \(page)")
        default:
            throw HubError(
                .badResponse, place, "\(Self.shown(url)) answers with status \(status); check HF_ENDPOINT and the name")
        }
    }

    /// Errors of the connection may pass with time; our own and a cancellation do not.
    static func transient(_ error: any Error) -> any Error {
        if error is HubError || error is CancellationError || error is TransientFailure { return error }
        if Task.isCancelled || error as? HTTPClientError == .cancelled { return CancellationError() }
        return TransientFailure(message: "the connection failed (\(error))")
    }

    /// Without the query, which may carry a signature.
    private static func shown(_ url: URL) -> String {
        let text = url.absoluteString
        return String(text.prefix { $0 != "?" }.prefix(200))
    }

    private static func escaped(_ text: String, keepingSlashes: Bool) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "~"):
                result.append(Character(UnicodeScalar(byte)))
            case UInt8(ascii: "/") where keepingSlashes: result += "/"
            default:
                result +=
                    "%" + String(byte >> 4, radix: 16, uppercase: true)
                    + String(byte & 15, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

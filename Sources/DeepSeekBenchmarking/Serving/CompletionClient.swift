import AsyncHTTPClient
import DeepSeekJSON
import NIOCore

/// Sends requests to a server that speaks OpenAI's API, and notes what comes when.
struct CompletionClient: Sendable {
    /// Of answers that are read whole.
    private static let maximumBytes = 1 << 20

    let client: HTTPClient
    /// Up to and with `/v1`.
    let address: String
    let key: String?
    let timeout: Duration

    static func configuration(connections: Int) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(20)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = connections
        configuration.connectionPool.retryConnectionEstablishment = false
        // Many servers close what is idle for five seconds, and a request on its way there would fail.
        configuration.connectionPool.idleTimeout = .seconds(2)
        return configuration
    }

    /// The name of the first model that the server has.
    ///
    /// - Throws: ``ServingError`` `badAddress`, `unreachable` or `refused`.
    func modelName() async throws -> String {
        let place = address + "/models"
        let answer: (status: Int, text: String)
        do {
            let response = try await client.execute(request(place), deadline: deadline)
            answer = (
                Int(response.status.code), String(buffer: try await response.body.collect(upTo: Self.maximumBytes))
            )
        } catch let error as HTTPClientError where error == .invalidURL || error == .emptyHost || error == .emptyScheme
        {
            throw ServingError(
                .badAddress, "\(place) is no address; give --url as http://HOST:PORT/v1")
        } catch {
            throw ServingError(.unreachable, "\(place) cannot be reached (\(error)); is the server running?")
        }
        let name = (try? JSONValue(parsing: answer.text))?["data"]?[0]?["id"]?.string
        guard answer.status == 200, let name else {
            throw ServingError(
                .refused,
                "\(place) answers with status \(answer.status) and no list of models (\(answer.text.prefix(300))); "
                    + "check --url and --api-key, or name the model with --model-name")
        }
        return name
    }

    /// Sends a request, and leaves it when its time is over.
    func send(_ asked: ServingRequest) async -> RequestRecord {
        await withTaskGroup(of: RequestRecord?.self) { group in
            group.addTask { await exchange(asked) }
            // The client's own deadline ends with the head of the answer.
            group.addTask {
                try? await Task.sleep(for: timeout)
                return nil
            }
            var record: RequestRecord?
            while record == nil, let next = await group.next() {
                record = next
                group.cancelAll()
            }
            return record ?? RequestRecord(prompt: asked.prompt)
        }
    }

    private func exchange(_ asked: ServingRequest) async -> RequestRecord {
        var record = RequestRecord(prompt: asked.prompt)
        do {
            var request = request(address + asked.path)
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: asked.body))
            let response = try await client.execute(request, deadline: deadline)
            record.status = Int(response.status.code)
            guard response.status == .ok else {
                let text = String(buffer: try await response.body.collect(upTo: Self.maximumBytes))
                let error = (try? JSONValue(parsing: text))?["error"]
                let name = error?["code"]?.string ?? error?["type"]?.string
                record.failure = "\(response.status.code)" + (name.map { " \($0)" } ?? "")
                record.reason = error?["message"]?.string ?? String(text.prefix(300))
                record.finish()
                return record
            }
            var parser = EventStreamParser()
            for try await part in response.body {
                let now = ContinuousClock.now
                parser.feed(part.readableBytesView) { record.note($0, at: now) }
            }
            record.keepAlives = parser.comments
        } catch {
            let isLate = Task.isCancelled || (error as? HTTPClientError) == .deadlineExceeded
            record.failure = isLate ? "no end within \(timeout)" : "connection"
            record.reason = "\(error)"
        }
        record.finish()
        return record
    }

    private var deadline: NIODeadline { .now() + .nanoseconds(Int64(timeout / .nanoseconds(1))) }

    private func request(_ url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "user-agent", value: "swift-deepseek")
        if let key { request.headers.add(name: "authorization", value: "Bearer \(key)") }
        return request
    }
}

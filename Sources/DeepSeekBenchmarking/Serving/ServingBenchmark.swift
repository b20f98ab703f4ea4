import AsyncHTTPClient
import DeepSeekInference
import Foundation

/// Puts a load on a server that speaks OpenAI's API, this package's or another, and measures how it answers.
public struct ServingBenchmark: Sendable {
    /// Such as `http://127.0.0.1:8000/v1`.
    public var address: String
    /// Nil asks the server.
    public var modelName: String?
    public var key: String?
    /// Nil takes the first that the server accepts: token ids, text, chat.
    public var form: PromptForm?
    public var load = ServingLoad.concurrency(1)
    public var workload = ServingWorkload()
    /// How many, and for how long new ones are sent; whichever ends first.
    public var requests = 100
    public var seconds: Double?
    /// Of the same kind, one after the other, before; not counted.
    public var warmups = 1
    /// For one request.
    public var timeout = Duration.seconds(600)

    /// A refused client of a closed loop tries again after this.
    private static let pause = Duration.milliseconds(100)

    public init(address: String) {
        self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    /// - Throws: ``ServingError`` if the server cannot be reached or refuses to be measured. What goes wrong later is
    ///   part of the result.
    public func run(progress: @escaping @Sendable (String) -> Void = { _ in }) async throws -> ServingResult {
        let connections = if case .concurrency(let count) = load { count } else { max(requests, 1) }
        return try await HTTPClient.withHTTPClient(
            configuration: CompletionClient.configuration(connections: connections)
        ) { client in
            let client = CompletionClient(client: client, address: address, key: key, timeout: timeout)
            let model: String
            if let modelName { model = modelName } else { model = try await client.modelName() }
            progress("\(load): warming up")
            let (form, refusals) = try await warmUp(client, model: model)
            let start = ContinuousClock.now
            let records = await send(start) { number in
                progress("\(load): request \(number + 1) of \(requests)")
                return await client.send(ServingRequest(number, of: workload, form: form, model: model))
            }
            return ServingResult(
                records, load: load, form: form, refusals: refusals, model: model, start: start)
        }
    }

    // MARK: Before

    /// - Returns: the form that the server takes, and what it says to those before.
    private func warmUp(
        _ client: CompletionClient, model: String
    ) async throws(ServingError) -> (form: PromptForm, refusals: [String]) {
        var refusals: [String] = []
        let forms = form.map { [$0] } ?? PromptForm.allCases
        for (index, form) in forms.enumerated() {
            let record = await client.send(ServingRequest(-1, of: workload, form: form, model: model))
            guard record.failure == nil else {
                // What it may not know is tried otherwise; the rest is an answer.
                let isUnknown = [400, 404, 405, 415, 422, 501].contains(record.status ?? 0)
                guard isUnknown, index + 1 < forms.count else { throw refusal(record, form) }
                refusals.append("prompts as \(form.rawValue): \(record.failure ?? "") (\(record.reason))")
                continue
            }
            for number in 1..<max(warmups, 1) {
                _ = await client.send(ServingRequest(-1 - number, of: workload, form: form, model: model))
            }
            return (form, refusals)
        }
        throw ServingError(.refused, "\(address) takes no form of prompt")
    }

    private func refusal(_ record: RequestRecord, _ form: PromptForm) -> ServingError {
        let place = address + form.path
        guard record.status != nil else {
            return ServingError(
                .unreachable,
                "\(place) cannot be reached (\(record.failure ?? ""): \(record.reason)); is the server running?")
        }
        return ServingError(
            .refused,
            "\(place) refuses a request with prompts as \(form.rawValue) (\(record.failure ?? ""): \(record.reason)); "
                + "check --api-key and --model-name, give --prompts text or chat, or --no-ignore-eos if it does not "
                + "know that field")
    }

    // MARK: The load

    private func send(
        _ start: ContinuousClock.Instant, _ send: @escaping @Sendable (Int) async -> RequestRecord
    ) async -> [RequestRecord] {
        let end = seconds.map { start + .seconds($0) }
        switch load {
        case .concurrency(let count): return await closedLoop(count, until: end, send)
        case .rate(let rate): return await openLoop(rate, from: start, until: end, send)
        }
    }

    private func closedLoop(
        _ count: Int, until end: ContinuousClock.Instant?, _ send: @escaping @Sendable (Int) async -> RequestRecord
    ) async -> [RequestRecord] {
        await withTaskGroup(of: RequestRecord.self) { group in
            var records: [RequestRecord] = []
            var number = 0
            func next(after failure: String?) {
                guard number < requests, end.map({ $0 > .now }) ?? true else { return }
                let (this, isRefused) = (number, failure != nil)
                number += 1
                group.addTask {
                    if isRefused { try? await Task.sleep(for: Self.pause) }
                    return await send(this)
                }
            }
            for _ in 0..<count { next(after: nil) }
            for await record in group {
                records.append(record)
                next(after: record.failure)
            }
            return records
        }
    }

    private func openLoop(
        _ rate: Double, from start: ContinuousClock.Instant, until end: ContinuousClock.Instant?,
        _ send: @escaping @Sendable (Int) async -> RequestRecord
    ) async -> [RequestRecord] {
        await withTaskGroup(of: RequestRecord.self) { group in
            var random = RandomGenerator(seed: workload.seed &+ 0x5EED)
            var arrival = start
            for number in 0..<requests {
                arrival += .seconds(-log(1 - random.uniform()) / rate)
                if let end, arrival > end { break }
                guard (try? await Task.sleep(until: arrival, clock: .continuous)) != nil else { break }
                group.addTask { await send(number) }
            }
            var records: [RequestRecord] = []
            for await record in group { records.append(record) }
            return records
        }
    }
}

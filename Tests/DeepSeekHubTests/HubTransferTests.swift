import DeepSeekHub
import Testing

/// Downloads of the weights that do not go smoothly.
@Suite struct HubTransferTests {
    typealias Reply = LoopbackServer.Reply
    typealias Request = LoopbackServer.Request

    let model = FakeModel()

    /// A healthy Hub, except for the weights.
    func answer(
        weights: @escaping @Sendable (Request, Int, Reply) -> Reply
    ) -> @Sendable (Request, Int) -> Reply {
        { [model] request, earlier in
            let reply = model.answer(request)
            return request.path == model.weightsPath ? weights(request, earlier, reply) : reply
        }
    }

    func cut(_ reply: Reply, after count: Int) -> Reply {
        var reply = reply
        reply.body = Array(reply.body.prefix(count))
        reply.ending = .broken
        return reply
    }

    @Test func goesOnWhereTheConnectionBroke() async throws {
        let answer = answer { _, earlier, reply in earlier < 2 ? cut(reply, after: 100_000) : reply }
        try await HubTrial.run(answering: answer) { trial in
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [nil, 100_000, 200_000])
        }
    }

    @Test func goesOnFromAPartOnDisk() async throws {
        try await HubTrial.run(answering: answer { _, _, reply in reply }) { trial in
            try put(Array(model.weights.prefix(123_456)), trial.partial)
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [123_456])
        }
    }

    @Test func acceptsACompletePartWithoutAsking() async throws {
        try await HubTrial.run(answering: answer { _, _, reply in reply }) { trial in
            try put(model.weights, trial.partial)
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).isEmpty)
        }
    }

    @Test func startsOverWhenTheServerIgnoresRanges() async throws {
        let answer = answer { [model] _, earlier, _ in
            let whole = Reply(.ok, model.weights)
            return earlier == 0 ? cut(whole, after: 100_000) : whole
        }
        try await HubTrial.run(answering: answer) { trial in
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [nil, 100_000])
        }
    }

    @Test func startsOverWhenTheServerRefusesARange() async throws {
        let answer = answer { request, _, reply in request.rangeStart == nil ? reply : Reply(.rangeNotSatisfiable) }
        try await HubTrial.run(answering: answer) { trial in
            try put(Array(model.weights.prefix(10)), trial.partial)
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [10, nil])
        }
    }

    @Test func startsOverWhenTheServerSendsAnotherRange() async throws {
        let answer = answer { [model] request, _, reply in
            guard request.rangeStart != nil else { return reply }
            return Reply(.partialContent, Array(model.weights[5...]), headers: [("content-range", "bytes 5-9/300000")])
        }
        try await HubTrial.run(answering: answer) { trial in
            try put(Array(model.weights.prefix(10)), trial.partial)
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [10, nil])
        }
    }

    @Test func aDamagedPartIsThrownAway() async throws {
        try await HubTrial.run(answering: answer { _, _, reply in reply }) { trial in
            try put([UInt8](repeating: 0xEE, count: 1000), trial.partial)
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [1000, nil])
        }
    }

    @Test func givesUpOnWrongBytesAfterOneMoreTry() async throws {
        let answer = answer { _, _, reply in
            var reply = reply
            reply.body[17] ^= 1
            return reply
        }
        try await HubTrial.run(answering: answer) { trial in
            let error = try await trial.failure()
            #expect(error.code == .integrity && error.place == "someone/tiny/model.safetensors")
            #expect(trial.requests(for: model.weightsPath).count == 2)
            #expect(contents(trial.partial) == nil && contents(trial.weightsBlob) == nil)
        }
    }

    @Test(arguments: [299_999, 300_001], [true, false])
    func givesUpOnAWrongSize(_ promised: Int, saysLength: Bool) async throws {
        let answer: @Sendable (Request, Int) -> Reply = { [model] request, _ in
            if request.path == model.listingPath {
                return Reply(.ok, Array(model.listing(weightsSize: promised).serialized().utf8))
            }
            var reply = model.answer(request)
            if !saysLength { reply.contentLength = nil }
            return reply
        }
        try await HubTrial.run(answering: answer) { trial in
            let error = try await trial.failure()
            // A file that is too short and does not say so looks like a connection that breaks.
            #expect(error.code == (saysLength || promised < 300_000 ? .integrity : .network))
            #expect(trial.requests(for: model.weightsPath).count <= 6)
            #expect(contents(trial.weightsBlob) == nil)
        }
    }

    @Test func waitsAsLongAsTheServerAsks() async throws {
        let answer = answer { _, earlier, reply in
            switch earlier {
            case 0: Reply(.tooManyRequests, headers: [("retry-after", "99999999999999")])
            case 1: Reply(.serviceUnavailable)
            default: reply
            }
        }
        try await HubTrial.run(answering: answer) { trial in
            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).count == 3)
        }
    }

    @Test func givesUpOnAServerThatStaysIll() async throws {
        try await HubTrial.run(answering: { _, _ in Reply(.badGateway) }) { trial in
            let error = try await trial.failure()
            #expect(error.code == .network && error.message.contains("502"))
            #expect(trial.server.requests.count == 3)
        }
    }

    @Test func saysThatNobodyAnswers() async throws {
        try await HubTrial.run(answering: { _, _ in Reply(.ok) }) { trial in
            // Nothing listens on port 1.
            #expect(try await trial.failure(nil, ["HF_ENDPOINT": "http://127.0.0.1:1"]).code == .network)
        }
    }
}

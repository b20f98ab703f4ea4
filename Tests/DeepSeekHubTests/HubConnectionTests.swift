import DeepSeekHub
import NIOHTTP1
import Testing

/// Refusals and redirects.
@Suite struct HubConnectionTests {
    typealias Reply = LoopbackServer.Reply

    let model = FakeModel()
    let token = ["HF_TOKEN": "hf_secret"]

    @Test(arguments: [
        (HTTPResponseStatus.unauthorized, nil, HubError.Code.unauthorized, "HF_TOKEN"),
        (.unauthorized, "GatedRepo", .gated, "accept the terms"),
        (.forbidden, "GatedRepo", .gated, "accept the terms"),
        (.forbidden, nil, .unauthorized, "HF_TOKEN"),
        (.notFound, "RepoNotFound", .notFound, "check the name"),
        (.notFound, "RevisionNotFound", .notFound, "revision"),
        (.badRequest, nil, .badResponse, "400"),
    ])
    func saysWhatARefusalMeans(
        _ status: HTTPResponseStatus, _ reason: String?, _ code: HubError.Code, _ advice: String
    ) async throws {
        let headers = reason.map { [("X-Error-Code", $0)] } ?? []
        try await HubTrial.run(answering: { _, _ in Reply(status, headers: headers) }) { trial in
            let error = try await trial.failure()
            #expect(error.code == code && error.message.contains(advice))
            #expect(error.place == "someone/tiny")
            #expect(trial.server.requests.count == 1)
        }
    }

    @Test func sendsTheTokenToTheHub() async throws {
        try await HubTrial.run(answering: { [model] request, _ in model.answer(request) }) { trial in
            try await trial.pull(nil, token)
            #expect(trial.server.requests.allSatisfy { $0.headers["authorization"] == ["Bearer hf_secret"] })
        }
    }

    @Test func keepsTheTokenFromOtherHosts() async throws {
        try await LoopbackServer.run(answering: { [model] request, _ in FakeModel.serve(model.weights, request) }) {
            storage, storageAddress in
            let answer: @Sendable (LoopbackServer.Request, Int) -> Reply = { [model] request, _ in
                switch request.path {
                case model.weightsPath: Reply(.found, headers: [("location", "/moved?to=storage")])
                case "/moved?to=storage":
                    Reply(.temporaryRedirect, headers: [("location", storageAddress + "/blob?signature=1")])
                default: model.answer(request)
                }
            }
            try await HubTrial.run(answering: answer) { trial in
                trial.expectWhole(try await trial.pull(nil, token))
                #expect(
                    trial.requests(for: "/moved?to=storage").map { $0.headers["authorization"] } == [
                        ["Bearer hf_secret"]
                    ])
                #expect(storage.requests.map(\.path) == ["/blob?signature=1"])
                #expect(storage.requests.allSatisfy { !$0.headers.contains(name: "authorization") })
            }
        }
    }

    @Test func asksTheHubAgainWhenASignedAddressHasExpired() async throws {
        let expireOnce: @Sendable (LoopbackServer.Request, Int) -> Reply = { [model] request, earlier in
            earlier == 0 ? Reply(.forbidden) : FakeModel.serve(model.weights, request)
        }
        try await LoopbackServer.run(answering: expireOnce) { storage, storageAddress in
            let answer: @Sendable (LoopbackServer.Request, Int) -> Reply = { [model] request, _ in
                request.path == model.weightsPath
                    ? Reply(.found, headers: [("location", storageAddress + "/blob")]) : model.answer(request)
            }
            try await HubTrial.run(answering: answer) { trial in
                trial.expectWhole(try await trial.pull())
                #expect(trial.requests(for: model.weightsPath).count == 2)
            }
        }
    }

    @Test func givesUpOnARedirectLoop() async throws {
        try await HubTrial.run(answering: { request, _ in Reply(.found, headers: [("location", request.path)]) }) {
            trial in
            let error = try await trial.failure()
            #expect(error.code == .badResponse && error.message.contains("redirects"))
            #expect(trial.server.requests.count == 11)
        }
    }

    @Test(arguments: [nil, "", "ftp://127.0.0.1/file", "http://"])
    func refusesARedirectToNowhere(_ location: String?) async throws {
        let headers = location.map { [("location", $0)] } ?? []
        try await HubTrial.run(answering: { _, earlier in Reply(.found, headers: headers) }) { trial in
            #expect(try await trial.failure().code == .badResponse)
        }
    }

    @Test func asksForTheRevisionWithItsSlashesEscaped() async throws {
        try await HubTrial.run(answering: { _, _ in Reply(.notFound) }) { trial in
            _ = try await trial.failure("someone/tiny@refs/pr/1")
            #expect(trial.server.requests.map(\.path) == ["/api/models/someone/tiny/revision/refs%2Fpr%2F1?blobs=true"])
        }
    }
}

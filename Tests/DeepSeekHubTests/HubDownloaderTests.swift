import DeepSeekHub
import Foundation
import Synchronization
import Testing

@Suite struct HubDownloaderTests {
    let model = FakeModel()

    @Test func pullsAModelIntoTheLayoutOfTheCache() async throws {
        try await HubTrial.run(answering: { [model] request, _ in model.answer(request) }) { trial in
            let reports = Mutex<[HubProgress]>([])
            let snapshot = try await trial.pull { progress in reports.withLock { $0.append(progress) } }

            #expect(snapshot == "\(trial.modelFolder)/snapshots/\(FakeModel.commit)")
            trial.expectWhole(snapshot)
            let names = try FileManager.default.contentsOfDirectory(atPath: snapshot).sorted()
            #expect(names == ["README.md", "config.json", "model.safetensors", "tokenizer.json"])
            let link = try FileManager.default.destinationOfSymbolicLink(atPath: snapshot + "/model.safetensors")
            #expect(link == "../../blobs/\(model.weightsDigest)")
            #expect(contents("\(trial.modelFolder)/refs/main") == Array(FakeModel.commit.utf8))
            let blobs = try FileManager.default.contentsOfDirectory(atPath: "\(trial.modelFolder)/blobs")
            #expect(blobs.count == 4 && !blobs.contains { $0.hasSuffix(".incomplete") })

            let last = try #require(reports.withLock { $0.last })
            #expect(last.bytesDone == last.bytesTotal && last.files.count == 4)
            #expect(last.files.allSatisfy { $0.bytesDone == $0.bytesTotal })
        }
    }

    @Test func takesACompleteCopyWithoutTheNetwork() async throws {
        try await HubTrial.run(answering: { [model] request, _ in model.answer(request) }) { trial in
            let first = try await trial.pull()
            let count = trial.server.requests.count
            #expect(try await trial.pull() == first)
            #expect(try await trial.pull(nil, ["HF_HUB_OFFLINE": "1"]) == first)
            #expect(try await trial.pull("someone/tiny@\(FakeModel.commit)") == first)
            #expect(trial.server.requests.count == count)

            // Asking for news costs the list of files and nothing else.
            #expect(try await trial.pull(refresh: true) == first)
            #expect(trial.server.requests.count == count + 1)
        }
    }

    @Test func fetchesOnlyWhatIsMissing() async throws {
        try await HubTrial.run(answering: { [model] request, _ in model.answer(request) }) { trial in
            let snapshot = try await trial.pull()
            try FileManager.default.removeItem(atPath: trial.weightsBlob)
            #expect(try HubCache(trial.environment()).snapshot(of: ModelIdentifier(model.name)) == nil)
            #expect(try await trial.pull() == snapshot)
            trial.expectWhole(snapshot)
            #expect(trial.requests(for: model.weightsPath).count == 2)
            #expect(trial.requests(for: model.path(of: "config.json")).count == 1)
        }
    }

    @Test func offlineSaysWhatToDo() async throws {
        try await HubTrial.run(answering: { _, _ in .init(.ok) }) { trial in
            let error = try await trial.failure(nil, ["HF_HUB_OFFLINE": "1"])
            #expect(error.code == .offline && error.message.contains("HF_HUB_OFFLINE"))
            #expect(trial.server.requests.isEmpty)
        }
    }

    @Test func twoPullsAtOnceShareTheWork() async throws {
        try await HubTrial.run(answering: { [model] request, _ in model.answer(request) }) { trial in
            async let one = trial.pull()
            async let two = trial.pull()
            let paths = try await [one, two]
            #expect(paths[0] == paths[1])
            trial.expectWhole(paths[0])
            #expect(trial.requests(for: model.weightsPath).count == 1)
        }
    }

    @Test(.timeLimit(.minutes(1))) func cancellationLeavesAPartToGoOnFrom() async throws {
        let answer: @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Reply = { [model] request, earlier in
            var reply = model.answer(request)
            if request.path == model.weightsPath, earlier == 0 {
                reply.body.removeLast(model.weights.count - 100_000)
                reply.ending = .stalled
            }
            return reply
        }
        try await HubTrial.run(answering: answer) { trial in
            let task = Task { try await trial.pull() }
            // A pull that never gets there is cut off by the time limit.
            while contents(trial.partial)?.count != 100_000 { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(contents(trial.partial)?.count == 100_000)
            #expect(try HubCache(trial.environment()).snapshot(of: ModelIdentifier(model.name)) == nil)

            trial.expectWhole(try await trial.pull())
            #expect(trial.requests(for: model.weightsPath).map(\.rangeStart) == [nil, 100_000])
        }
    }

    @Test func refusesARepositoryWithoutWeights() async throws {
        let listing = #"{"sha": "\#(FakeModel.commit)", "siblings": []}"#
        try await HubTrial.run(answering: { _, _ in .init(.ok, Array(listing.utf8)) }) { trial in
            #expect(try await trial.failure().code == .notFound)
        }
    }
}

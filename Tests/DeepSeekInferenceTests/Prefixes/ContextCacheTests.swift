import DeepSeekInference
import Foundation
import Testing

/// Prefixes on the disk: each model opened anew stands for a process that starts again.
@Suite(.enabled(if: Shared.isPresent, Shared.reason)) final class ContextCacheTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "pages-\(UUID().uuidString)").path

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static let prompt: [Int32] = (0..<200).map { $0 * 37 % 500 + 5 }

    private func load(
        _ name: String = "v2-lite-tiny", batchInvariant: Bool = true, bytes: Int = 1 << 30
    ) throws -> LanguageModel {
        try LanguageModel.load(
            Shared.golden(name) + "/fp32",
            options: LoadOptions(
                batchInvariant: batchInvariant, threads: 1, contextLength: 256, poolTokens: 1_024,
                contextCacheFolder: folder,
                contextCacheBytes: bytes))
    }

    private func ask(
        _ model: LanguageModel, _ prompt: [Int32] = prompt, tenant: String? = nil
    ) async throws -> GeneratedAnswer {
        let sampling = SamplingParameters(temperature: 0, ignoresEndOfSequence: true, maximumTokens: 8)
        let answer = try await model.generate(
            GenerationRequest(prompt: prompt, sampling: sampling, tenant: tenant)
        ).answer()
        model.flushContextCache()
        return answer
    }

    private var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted().map { "\(folder)/\($0)" }
    }

    @Test func survivesARestart() async throws {
        let first = try await ask(try load())
        #expect(first.result.usage.promptCacheHitTokens == 0)
        #expect(files.count == 3)
        let model = try load()
        let second = try await ask(model)
        #expect(second.ids == first.ids)
        #expect(second.result.usage.promptCacheHitTokens == 192)
        #expect(model.figures.diskPagesRead == 3)
        #expect(model.figures.diskPagesWritten == 0)
        // The pages are in memory now, with those after them.
        #expect(try await ask(model).result.usage.promptCacheHitTokens == 199)
        #expect(model.figures.diskPagesRead == 3)
        #expect(try await ask(model, Array(Self.prompt.prefix(64)) + [7]).result.usage.promptCacheHitTokens == 64)
    }

    @Test func isKeptFromStrangers() async throws {
        _ = try await ask(try load(), tenant: "a")
        #expect(try await ask(try load(), tenant: "b").result.usage.promptCacheHitTokens == 0)
        #expect(try await ask(try load()).result.usage.promptCacheHitTokens == 0)
        #expect(try await ask(try load(), tenant: "a").result.usage.promptCacheHitTokens == 192)
        let permissions = try FileManager.default.attributesOfItem(atPath: folder)[.posixPermissions] as? Int
        #expect(permissions == 0o700)
    }

    @Test func otherModelsAndOtherArithmeticFindNothing() async throws {
        _ = try await ask(try load())
        #expect(try await ask(try load("v2-norope-tiny")).result.usage.promptCacheHitTokens == 0)
        #expect(try await ask(try load(batchInvariant: false)).result.usage.promptCacheHitTokens == 0)
        #expect(files.count == 9)
        #expect(try await ask(try load()).result.usage.promptCacheHitTokens == 192)
    }

    /// What a crash, a bad disk or a stranger leaves.
    @Test(arguments: ["torn", "empty", "longer", "changed", "exchanged"]) func damageIsFound(kind: String) async throws
    {
        let expected = try await ask(try load()).ids
        let names = files
        try #require(names.count == 3)
        for (index, path) in names.enumerated() {
            var data = try Data(contentsOf: URL(filePath: path))
            switch kind {
            case "torn": data = data.prefix(data.count - 1 - 1_000 * index)
            case "empty": data = Data()
            case "longer": data.append(0)
            case "changed": data[data.count / 3 * index + 20] ^= 4
            default: data = try Data(contentsOf: URL(filePath: names[(index + 1) % 3] + (index == 2 ? ".old" : "")))
            }
            if kind == "exchanged", index == 0 { try FileManager.default.copyItem(atPath: path, toPath: path + ".old") }
            try data.write(to: URL(filePath: path))
        }
        let model = try load()
        let answer = try await ask(model)
        #expect(answer.ids == expected)
        #expect(answer.result.usage.promptCacheHitTokens == 0)
        // The first is gone and written anew; the others are found to be damaged when they are asked for.
        for _ in 0..<2 { #expect(try await ask(try load()).ids == expected) }
        #expect(try await ask(try load()).result.usage.promptCacheHitTokens >= 64)
    }

    @Test func whatAKilledWriterLeftIsRemoved() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let name = String(repeating: "ab", count: 32)
        for path in ["\(name).page.123.tmp", "\(name).page", "notes.txt", "xy.page"] {
            try Data("half a page".utf8).write(to: URL(filePath: "\(folder)/\(path)"))
        }
        _ = try await ask(try load())
        // What is not ours stays.
        #expect(files.count == 6)
        #expect(!files.contains { $0.hasSuffix(".tmp") })
    }

    @Test func sizeIsBounded() async throws {
        _ = try await ask(try load())
        let size = try #require(try FileManager.default.attributesOfItem(atPath: files[0])[.size] as? Int)
        let model = try load(bytes: 5 * size)
        for seed in 1..<6 { _ = try await ask(model, Self.prompt.map { ($0 + Int32(seed)) % 500 + 3 }) }
        #expect((1...5).contains(files.count))
        // The last is the one that is kept.
        let last = try await ask(try load(bytes: 5 * size), Self.prompt.map { ($0 + 5) % 500 + 3 })
        #expect(last.result.usage.promptCacheHitTokens == 192)
    }

    @Test func aFolderThatVanishesCostsNoAnswer() async throws {
        let model = try load()
        let expected = try await ask(model).ids
        try FileManager.default.removeItem(atPath: folder)
        let other = Self.prompt.map { ($0 + 9) % 500 + 3 }
        _ = try await ask(model, other)
        #expect(model.figures.diskFailures == 3)
        #expect(try await ask(model).ids == expected)
    }

    @Test func aFolderThatCannotBeMadeIsAnError() throws {
        try Data().write(to: URL(filePath: folder))
        #expect(code { _ = try load() } == .unusableContextCache)
    }
}

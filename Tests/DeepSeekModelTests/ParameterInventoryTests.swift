import DeepSeekBenchmarking
import DeepSeekJSON
import DeepSeekModel
import Foundation
import Testing

private enum PublishedTensors {
    static let folder = URL(filePath: Golden.folder).deletingLastPathComponent().appending(path: "docs").path
    static let isPresent = FileManager.default.fileExists(atPath: folder)
}

/// Names, shapes and counts against the published checkpoints' lists of tensors.
@Suite(.enabled(if: PublishedTensors.isPresent, "skipped: needs ../shared/docs")) struct ParameterInventoryTests {
    @Test(arguments: [PublishedShape.v2, .v2Lite]) func tensorsAreThePublishedOnes(
        shape: PublishedShape
    ) throws {
        let published = try Self.tensors("tensors_\(shape.rawValue).json.gz")
        let inventory = ParameterInventory(try ModelConfiguration(shape.configuration(layers: shape.layers)))
        let ours = Dictionary(uniqueKeysWithValues: inventory.tensors.map { ($0.name, $0.shape) })
        #expect(ours == published)
    }

    @Test func countsAreThoseOfTheReport() throws {
        func inventory(_ shape: PublishedShape) throws -> ParameterInventory {
            ParameterInventory(try ModelConfiguration(shape.configuration(layers: shape.layers)))
        }
        let v2 = try inventory(.v2)
        #expect((235_000_000_000...236_500_000_000).contains(v2.total))
        #expect((20_500_000_000...21_500_000_000).contains(v2.active))
        let lite = try inventory(.v2Lite)
        #expect((15_600_000_000...15_800_000_000).contains(lite.total))
        #expect((2_400_000_000...2_500_000_000).contains(lite.active))
        #expect((67_000_000_000...68_000_000_000).contains(try inventory(.dense67B).total))
    }

    /// Table 1 and section 3.2.3: 34.6K and 15.6K elements per token, and the saving over the dense 67B.
    @Test func theCacheIsSmall() throws {
        let v2 = try ModelConfiguration(PublishedShape.v2.configuration(layers: 60))
        let comparison = CacheComparison(v2, format: .bfloat16)
        #expect(comparison.bytesPerToken == 34_560 * 2)
        #expect(CacheComparison.dense67B == 389_120)
        let dense = try ModelConfiguration(PublishedShape.dense67B.configuration(layers: 95))
        #expect(CacheComparison(dense, format: .bfloat16).bytesPerToken == CacheComparison.dense67B)
        #expect(abs(comparison.savingOverDense67B - 0.822) < 0.001)
        // The report's 93.3 %, with the scales: 576 numbers of 6 bits and two bytes per layer.
        let sixBit = CacheComparison(v2, format: .sixBit)
        #expect(sixBit.bytesPerToken == 60 * (576 * 6 / 8 + 2))
        #expect(sixBit.bytesPerToken <= 26_071 && sixBit.savingOverDense67B >= 0.933)
        #expect(CacheComparison(v2, format: .int8).bytesPerToken == 60 * 578)
    }

    private static func tensors(_ name: String) throws -> [String: [Int]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", "\(PublishedTensors.folder)/\(name)"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let json = try data.withUnsafeBytes { try JSONValue(parsing: $0) }
        return try #require(json["tensors"]?.object ?? json.object).reduce(into: [:]) { shapes, member in
            shapes[member.key] = (member.value["shape"] ?? member.value).array?.compactMap(\.integer) ?? []
        }
    }
}

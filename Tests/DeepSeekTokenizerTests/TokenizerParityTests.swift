import DeepSeekJSON
import DeepSeekTokenizer
import Foundation
import Testing

/// Byte for byte the ids of the PyPI package `tokenizers`.
@Suite(
    .enabled(if: SharedTokenizers.isPresent, SharedTokenizers.reason),
    .enabled(if: ReferenceTokenizer.isPresent, ReferenceTokenizer.reason))
struct TokenizerParityTests {
    static let tokenizers = [SharedTokenizers.deepSeekV2, SharedTokenizers.small]
    /// The whole corpus takes minutes; a slice of every file is enough for each run.
    static let isFull = ProcessInfo.processInfo.environment["DEEPSEEK_FULL_CORPUS"] == "1"

    func compare(_ texts: [[UInt8]], tokenizer path: String) throws {
        let tokenizer = try Tokenizer(path: path)
        let expected = try ReferenceTokenizer.ids(texts, tokenizer: path)
        #expect(expected.count == texts.count)
        for (text, ids) in zip(texts, expected) {
            let ours = text.withUnsafeBufferPointer { tokenizer.encode(utf8: $0) }
            guard ours != ids else { continue }
            let place = zip(ours, ids).enumerated().first { $1.0 != $1.1 }?.offset ?? min(ours.count, ids.count)
            let near = tokenizer.decode(Array(ids[max(place - 3, 0)..<min(place + 3, ids.count)]))
            Issue.record("differs at token \(place), near \(near.debugDescription)")
            return
        }
    }

    @Test(arguments: tokenizers) func corpus(path: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: SharedTokenizers.corpus)
            .filter { $0.hasSuffix(".jsonl.gz") }.sorted()
        #expect(!files.isEmpty)
        for file in files {
            let limit = Self.isFull ? Int.max : 300_000
            let texts = try Self.texts("\(SharedTokenizers.corpus)/\(file)", bytes: limit)
            // In portions, so that the reference does not need gigabytes.
            var portion: [[UInt8]] = []
            for text in texts {
                portion.append(text)
                if portion.reduce(0, { $0 + $1.count }) > 8_000_000 {
                    try compare(portion, tokenizer: path)
                    portion = []
                }
            }
            try compare(portion, tokenizer: path)
        }
    }

    /// The first texts of a corpus file, up to so many bytes together; the last one is cut.
    private static func texts(_ path: String, bytes limit: Int) throws -> [[UInt8]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sh", "-c", limit == .max ? "gzip -dc '\(path)'" : "gzip -dc '\(path)' | head -c 3000000"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var texts: [[UInt8]] = []
        var left = limit
        for line in data.split(separator: 10) where left > 0 {
            guard let json = try? Array(line).withUnsafeBytes({ try JSONValue(parsing: $0) }),
                let text = json["text"]?.string
            else { continue }
            texts.append(Array(Array(text.utf8).prefix(left)))
            left -= texts[texts.count - 1].count
        }
        if texts.isEmpty {
            // A first line longer than what was read: take the text that is there.
            texts.append(Array(Array(data).prefix(limit)))
        }
        return texts
    }

    @Test(arguments: tokenizers, [1, 2, 3]) func randomUnicode(path: String, seed: UInt64) throws {
        var generator = RandomTexts(seed: seed)
        try compare((0..<400).map { _ in generator.next() }, tokenizer: path)
    }
}

/// Texts that tokenizers find hard, the same for the same seed: pieces of many scripts, emoji, runs of one character,
/// all kinds of white space, added tokens, and bytes that are not UTF-8.
struct RandomTexts {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    private static let pieces = [
        " ", "  ", "\n", "\r\n", "\r", "\t", "\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", "\u{200B}", "\u{FEFF}",
        "Hello", "world", "don't", "I'LL", "naïve", "Straße", "ﬁ", "Ǆ", "İ", "ſ", "Ω", "привет", "שלום", "مرحبا", "हिन्दी",
        "ไทย", "こんにちは", "カタカナ", "한국어", "中文字符", "龥", "龦", "𠀀", "１２３", "٣", "½", "²", "Ⅷ", "①", "0", "42", "1234567",
        "!", "?!", "。", "，", "…", "‘’“”", "—", "-", "_", "~", "¡", "€", "∑", "😀", "👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "e\u{301}", "\u{301}",
        "\u{0}", "\u{7F}", "\u{1F}", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>", "<｜end", "▁", "\u{FFFD}",
        "\u{E000}",
    ]

    mutating func next() -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0...below(30) {
            switch below(10) {
            case 0:
                let piece = Array(Self.pieces[below(Self.pieces.count)].utf8)
                for _ in 0..<below(60) { bytes += piece }
            case 1:
                for _ in 0...below(6) { bytes.append(UInt8(below(256))) }
            case 2, 3:
                for _ in 0...below(12) {
                    let ranges: [Range<UInt32>] = [
                        0x20..<0x7F, 0x80..<0x600, 0x600..<0x3000, 0x3000..<0xA000, 0xA000..<0xD800, 0xE000..<0x1_0000,
                        0x1_0000..<0x1_7000, 0x1_D000..<0x2_0000,
                    ]
                    let range = ranges[below(ranges.count)]
                    let value = range.lowerBound + UInt32(below(Int(range.upperBound - range.lowerBound)))
                    if let scalar = Unicode.Scalar(value) { bytes += Array(String(scalar).utf8) }
                }
            default: bytes += Array(Self.pieces[below(Self.pieces.count)].utf8)
            }
        }
        return bytes
    }
}

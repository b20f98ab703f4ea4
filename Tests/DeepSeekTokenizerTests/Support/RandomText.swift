/// Seeded random bytes that are hard on tokenizers: scripts, white space, digits, contractions, emoji, broken UTF-8, and
/// long runs of one character.
struct RandomText {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private static let pools: [[String]] = [
        "etaoin shrdlu the ing and foo".map { String($0) }, "ABC abc sStTlLdD'’".map { String($0) },
        ["0", "12", "345", "٠١", "२", "½²", "Ⅷ", "〇", "𑷠"],
        [" ", "  ", "\t", "\n", "\r\n", "\r", "\u{B}", "\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", " \n "],
        "，。！？、：；“”‘’《》—…～".map { String($0) }, "的一是在不了有和人这中大为上个国我以要他你好".map { String($0) },
        ["'s", "'S", "'ſ", "'RE", "'ll", "'Ve", " 's", "K", "ı", "ß", "ŉ", "ǅ", "ﬁ"],
        ["🚀", "😶‍🌫️", "👩‍👧", "🏽", "🇨🇳", "e\u{301}", "a\u{327}\u{301}", "é", "õ", "né"],
        ["на", "Български", "ελλην", "かな", "カナ", "한국", "각", "กำ", "ពិ", "कि", "ʕ", "\u{88F}", "\u{A7F1}", "𖺠", "ೞ"],
        ["<|a|>", "<b>", " <c> ", "foo", "foofoo", "<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>"],
        "!\"#$%&()*+,-./:;<=>?@[]^_`{|}~".map { String($0) },
    ]

    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: (state >> 33) % UInt64(max(bound, 1)))
    }

    mutating func next() -> [UInt8] {
        var bytes: [UInt8] = []
        var pool = below(Self.pools.count)
        for _ in 0..<[0, 1, 3, 10, 40, 200][below(6)] {
            switch below(100) {
            case 0: bytes += (0...below(4)).map { _ in UInt8(truncatingIfNeeded: below(256)) }
            case 1:
                let piece = Self.pools[pool][below(Self.pools[pool].count)]
                bytes += String(repeating: piece, count: [2, 20, 300][below(3)]).utf8
            case 2:
                if let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: below(0x32000))) {
                    bytes += String(scalar).utf8
                }
            case 3...12: pool = below(Self.pools.count)
            case 13...25:
                let other = Self.pools[below(Self.pools.count)]
                bytes += other[below(other.count)].utf8
            default: bytes += Self.pools[pool][below(Self.pools[pool].count)].utf8
            }
        }
        // Sometimes cut in the middle of a character.
        if below(8) == 0 { bytes = Array(bytes.dropFirst(below(3)).dropLast(below(3))) }
        return bytes
    }

    mutating func texts(_ count: Int) -> [[UInt8]] { (0..<count).map { _ in next() } }
}

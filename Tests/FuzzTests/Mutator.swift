import Foundation

/// Makes broken inputs out of sound ones, the same ones for the same seed.
///
/// `DEEPSEEK_FUZZ_ITERATIONS` sets how many inputs a fuzz test tries; the default is short enough for every run.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    static var iterations: Int {
        ProcessInfo.processInfo.environment["DEEPSEEK_FUZZ_ITERATIONS"].flatMap(Int.init) ?? 2_000
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

    /// One to eight edits: flipped bits, random bytes, cut or repeated ranges, numbers replaced by extreme ones, and
    /// pieces that parsers of our formats find interesting.
    mutating func mutate(_ input: [UInt8]) -> [UInt8] {
        var bytes = input
        for _ in 0...below(8) {
            guard !bytes.isEmpty else { return Self.pieces[below(Self.pieces.count)] }
            let place = below(bytes.count)
            switch below(7) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + below(64)))
            case 3: bytes.removeSubrange(place...)
            case 4:
                let end = min(bytes.count, place + 1 + below(64))
                bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count))
            case 5: bytes.insert(contentsOf: Self.pieces[below(Self.pieces.count)], at: place)
            default:
                guard let start = bytes[place...].firstIndex(where: { $0 >= 0x30 && $0 <= 0x39 }) else { continue }
                let end = bytes[start...].firstIndex { !($0 >= 0x30 && $0 <= 0x39) } ?? bytes.count
                bytes.replaceSubrange(start..<end, with: Self.numbers[below(Self.numbers.count)])
            }
        }
        return bytes
    }

    private static let numbers: [[UInt8]] = [
        "0", "-1", "1", "2", "7", "255", "65536", "2147483648", "4294967295", "1000000000000", "9223372036854775807",
        "9223372036854775808", "1e308", "1e999", "-0", "0.5", "NaN",
    ].map { Array($0.utf8) }

    private static let pieces: [[UInt8]] =
        [
            "null", "true", "{}", "[]", "\"\"", "[[[[[[[[", "{\"a\":", "\\ud800", "\u{0}", "，", "😀", "{%", "%}", "{{",
            "}}",
            "{% for a in b %}", "{% endfor %}", "(?:", "[^", "*+", "{1000000}", "|", "\"F32\"", "\"BF16\"",
            "data_offsets",
        ].map { Array($0.utf8) } + [[0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]]
}

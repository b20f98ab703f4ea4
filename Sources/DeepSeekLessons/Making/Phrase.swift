/// Texts with choices and slots: `"[Hello|Hi], {name}!"`. Choices may hold others; slots are filled as they stand.
///
/// The patterns are tables of this module, and a test expands all of them: a bracket that is not closed or a slot that
/// nobody fills is left in the text, where that test finds it.
struct Phrase {
    private let bytes: [UInt8]
    private let slots: [String: String]
    private var place = 0

    static func expand(_ pattern: String, _ slots: [String: String] = [:], _ random: inout LessonRandom) -> String {
        var phrase = Phrase(bytes: Array(pattern.utf8), slots: slots)
        return String(decoding: phrase.sequence(&random, isChoice: false), as: UTF8.self)
    }

    private init(bytes: [UInt8], slots: [String: String]) {
        self.bytes = bytes
        self.slots = slots
    }

    /// Up to the end, or within a choice up to `|` or `]`.
    private mutating func sequence(_ random: inout LessonRandom, isChoice: Bool) -> [UInt8] {
        var result: [UInt8] = []
        while place < bytes.count {
            let byte = bytes[place]
            if isChoice, byte == UInt8(ascii: "|") || byte == UInt8(ascii: "]") { break }
            place += 1
            switch byte {
            case UInt8(ascii: "["): result += choice(&random)
            case UInt8(ascii: "{"): result += slot()
            default: result.append(byte)
            }
        }
        return result
    }

    private mutating func choice(_ random: inout LessonRandom) -> [UInt8] {
        var list = [sequence(&random, isChoice: true)]
        while place < bytes.count, bytes[place] == UInt8(ascii: "|") {
            place += 1
            list.append(sequence(&random, isChoice: true))
        }
        place += 1
        return random.pick(list)
    }

    private mutating func slot() -> [UInt8] {
        let end = bytes[place...].firstIndex(of: UInt8(ascii: "}")) ?? bytes.endIndex
        let name = String(decoding: bytes[place..<end], as: UTF8.self)
        place = min(end + 1, bytes.endIndex)
        return Array((slots[name] ?? "{\(name)}").utf8)
    }
}

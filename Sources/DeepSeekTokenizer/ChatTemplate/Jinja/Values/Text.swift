/// A string of the template language: UTF-8 that remembers who wrote each part of it.
///
/// Python compares, counts and cuts by code point, Swift's `String` by grapheme and canonical equivalence; bytes give
/// Python's answers. Offsets below are in bytes and always between two code points. Comparison and hashing look at the
/// bytes alone.
struct Text: Sendable {
    struct Run: Sendable {
        /// The offset after the last byte of the run.
        var end: Int
        var origin: Origin
    }

    private(set) var bytes: [UInt8] = []
    /// Not empty runs, neighbours of different origin, the last of which ends at the end of the text.
    private(set) var runs: [Run] = []

    init() {}

    init(_ string: String, _ origin: Origin = .template) { self.init(bytes: Array(string.utf8), origin) }

    init(bytes: [UInt8], _ origin: Origin) {
        self.bytes = bytes
        if !bytes.isEmpty { runs = [Run(end: bytes.count, origin: origin)] }
    }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The first origin that is not the template; the template when it wrote all of it.
    var origin: Origin { runs.first { $0.origin != .template }?.origin ?? .template }

    // MARK: Building

    mutating func append(_ other: Text) {
        guard !other.isEmpty else { return }
        let shift = bytes.count
        bytes.append(contentsOf: other.bytes)
        for run in other.runs { extendRuns(to: run.end + shift, run.origin) }
    }

    mutating func append(_ other: Text, _ range: Range<Int>) {
        var start = range.lowerBound
        for index in other.firstRun(after: start)..<other.runs.count where start < range.upperBound {
            let end = min(other.runs[index].end, range.upperBound)
            bytes.append(contentsOf: other.bytes[start..<end])
            extendRuns(to: bytes.count, other.runs[index].origin)
            start = end
            if start == range.upperBound { return }
        }
    }

    mutating func append(_ string: String, _ origin: Origin) {
        bytes.append(contentsOf: string.utf8)
        extendRuns(to: bytes.count, origin)
    }

    mutating func append(_ scalar: Unicode.Scalar, _ origin: Origin) {
        append(String(scalar), origin)
    }

    private mutating func extendRuns(to end: Int, _ origin: Origin) {
        guard end > (runs.last?.end ?? 0) else { return }
        if let last = runs.indices.last, runs[last].origin == origin {
            runs[last].end = end
        } else {
            runs.append(Run(end: end, origin: origin))
        }
    }

    /// The index of the run that holds the byte at an offset: binary search, so that cutting a text into many pieces
    /// does not look through all runs for each.
    private func firstRun(after offset: Int) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Parts

    subscript(range: Range<Int>) -> Text {
        if range.lowerBound == 0, range.upperBound == bytes.count { return self }
        var part = Text()
        part.append(self, range)
        return part
    }

    static func startsScalar(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }

    /// Code points.
    var scalarCount: Int { bytes.reduce(0) { $0 + (Self.startsScalar($1) ? 1 : 0) } }

    var isASCII: Bool { bytes.allSatisfy { $0 < 0x80 } }

    /// The offset of every code point, and the end.
    var scalarOffsets: [Int] {
        var offsets = bytes.indices.filter { Self.startsScalar(bytes[$0]) }
        offsets.append(bytes.count)
        return offsets
    }

    /// One text for each code point.
    var characters: [Text] {
        let offsets = scalarOffsets
        return (0..<(offsets.count - 1)).map { self[offsets[$0]..<offsets[$0 + 1]] }
    }

    /// The runs with their code points.
    var pieces: [(scalars: String.UnicodeScalarView, origin: Origin)] {
        var start = 0
        return runs.map { run in
            defer { start = run.end }
            return (String(decoding: bytes[start..<run.end], as: UTF8.self).unicodeScalars, run.origin)
        }
    }
}

extension Text: Hashable, Comparable {
    static func == (left: Text, right: Text) -> Bool { left.bytes == right.bytes }

    func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// By code point, which is the order of the bytes in UTF-8.
    static func < (left: Text, right: Text) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

extension Text: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}

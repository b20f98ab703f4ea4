/// The documents of several shards in an order that is new in every round, from where a cursor stands.
final class DataSource {
    let weight: Double
    private let shards: [TokenShard]
    private let seed: UInt64
    private let stream: UInt64
    var cursor = DataCursor() {
        didSet { if oldValue.epoch != cursor.epoch { shuffle() } }
    }
    /// Shard and document, in the order of this round.
    private var order: [(shard: Int32, document: Int32)] = []

    var tokens: Int { shards.reduce(0) { $0 + $1.tokens } }

    init(_ shards: [TokenShard], weight: Double, seed: UInt64, stream: UInt64) {
        self.shards = shards
        self.weight = weight
        self.seed = seed
        self.stream = stream
        shuffle()
    }

    private func shuffle() {
        order = shards.enumerated().flatMap { index, shard in
            (0..<shard.documents).map { (Int32(index), Int32($0)) }
        }
        var random = TrainingRandom(seed: seed, stream: stream << 32 | UInt64(cursor.epoch))
        order.shuffle(using: &random)
    }

    /// The document that the cursor is in.
    private var current: (shard: TokenShard, range: Range<Int>) {
        let (shard, document) = order[cursor.document]
        return (shards[Int(shard)], shards[Int(shard)].range(Int(document)))
    }

    /// The next tokens, across documents.
    func read(_ count: Int, _ body: (_ place: Int, _ token: Int32) -> Void) {
        var place = 0
        while place < count {
            let (shard, range) = current
            while place < count, range.lowerBound + cursor.token < range.upperBound {
                body(place, shard.token(range.lowerBound + cursor.token))
                cursor.token += 1
                place += 1
            }
            if place < count { advance() }
        }
    }

    /// The next document, if it has at most so many tokens; the cursor then stands behind it.
    func readDocument(atMost count: Int) -> [Int32]? {
        let (shard, range) = current
        guard range.count <= count else { return nil }
        defer { advance() }
        return range.map { shard.token($0) }
    }

    private func advance() {
        var next = cursor
        (next.document, next.token) = (cursor.document + 1, 0)
        if next.document >= order.count { (next.document, next.epoch) = (0, cursor.epoch + 1) }
        cursor = next
    }
}

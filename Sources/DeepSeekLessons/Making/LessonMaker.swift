/// Makes lessons: the same ones for the same seed, on every machine, one after the other without holding them.
public struct LessonMaker: Sequence, IteratorProtocol, Sendable {
    private let seed: UInt64
    private let split: LessonSplit
    private let weighted: [LessonSubject]
    private let chineseShare: Double
    private var drawn: UInt64 = 0

    /// - Parameters:
    ///   - subjects: those to be made, in the shares that ``LessonSubject`` gives them; if empty, all.
    ///   - chineseShare: of the lessons, from 0 to 1.
    public init(
        seed: UInt64, split: LessonSplit = .training, subjects: [LessonSubject] = [], chineseShare: Double = 0.45
    ) {
        self.seed = seed
        self.split = split
        self.chineseShare = chineseShare
        let wanted = subjects.isEmpty ? LessonSubject.allCases : subjects
        weighted = wanted.flatMap { Array(repeating: $0, count: $0.share) }
    }

    /// Never nil.
    public mutating func next() -> Lesson? {
        while true {
            // Held and training lessons of one seed differ in the rest of their words too.
            var random = LessonRandom(seed: seed, stream: drawn &* 2 &+ (split == .held ? 1 : 0))
            drawn &+= 1
            let language: LessonLanguage = random.chance(chineseShare) ? .chinese : .english
            let lesson = random.pick(weighted).make(language, &random)
            if split.takes(lesson) { return lesson }
        }
    }
}

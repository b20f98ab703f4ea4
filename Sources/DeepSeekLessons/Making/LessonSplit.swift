/// Which lessons are for learning, and which are held back for tests. It follows from what a lesson asks, not from the
/// seed: a problem that is held is in no training set, whatever the seed, the words it is put in, or the language; nor is
/// it a step of another one there.
public enum LessonSplit: String, Sendable, CaseIterable {
    case training
    case held

    /// One lesson in so many is held.
    static let heldOneIn: UInt64 = 12

    func takes(_ lesson: Lesson) -> Bool {
        switch self {
        case .held: lesson.key.map(Self.isHeld) ?? false
        case .training: !(lesson.parts + (lesson.key.map { [$0] } ?? [])).contains(where: Self.isHeld)
        }
    }

    private static func isHeld(_ key: String) -> Bool {
        // FNV-1a, then mixed: the same on every machine.
        let hash = key.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return LessonRandom.mix(hash) % heldOneIn == 0
    }
}

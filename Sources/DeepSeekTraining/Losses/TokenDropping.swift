/// Token dropping (section 2.2.4), in training only: a device computes at most its share of all assignments, times a
/// capacity factor; beyond that, the assignments of lowest affinity are dropped. Some sequences are exempt.
public struct TokenDropping: Sendable, Hashable {
    /// 1.0: exactly the average.
    public var capacityFactor: Double
    /// Of the sequences, those whose tokens are never dropped.
    public var exemptShare: Double
    /// D.
    public var devices: Int

    public init(capacityFactor: Double = 1, exemptShare: Double = 0.1, devices: Int) {
        self.capacityFactor = capacityFactor
        self.exemptShare = exemptShare
        self.devices = devices
    }

    /// - Parameters:
    ///   - choices: `[assignments]`, the expert of each.
    ///   - affinities: `[assignments]`.
    ///   - mayDrop: of an assignment, by its number.
    /// - Returns: the assignments to drop, by device.
    package func dropped(
        choices: UnsafeBufferPointer<Int32>, affinities: UnsafePointer<Float>, experts: Int, mayDrop: (Int) -> Bool
    ) -> [Int] {
        let capacity = Int((capacityFactor * Double(choices.count) / Double(devices)).rounded(.up))
        let perDevice = experts / devices
        var members = [[Int]](repeating: [], count: devices)
        for (assignment, expert) in choices.enumerated() { members[Int(expert) / perDevice].append(assignment) }
        var dropped: [Int] = []
        for assignments in members where assignments.count > capacity {
            let candidates = assignments.filter(mayDrop).sorted {
                // Of equals the later one goes first.
                affinities[$0] != affinities[$1] ? affinities[$0] < affinities[$1] : $0 > $1
            }
            dropped += candidates.prefix(assignments.count - capacity)
        }
        return dropped
    }
}

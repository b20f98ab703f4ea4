/// Texts packed into the sequences of passes: each attends to itself only, and texts of one group are in the same pass.
package struct SegmentPacking {
    /// A text, and what should follow each of its tokens (−1 where nothing is asked).
    package struct Segment: Sendable {
        package var ids: [Int32]
        package var targets: [Int32]

        package init(ids: [Int32], targets: [Int32]) {
            self.ids = ids
            self.targets = targets
        }

        /// A prompt and what follows it: of the rows, those that give a token of what follows have a target.
        package init(prompt: [Int32], following: [Int32]) {
            let tokens = prompt + following
            ids = Array(tokens.dropLast())
            targets = ids.indices.map { $0 + 1 >= prompt.count ? tokens[$0 + 1] : -1 }
        }
    }

    /// Where a text lies in its pass.
    package struct Place: Sendable, Hashable {
        package var group: Int
        package var member: Int
        package var firstRow: Int
        package var rows: Int
    }

    package struct Pass: Sendable {
        package var sequences: [TrainingSequence]
        /// In the order of rows.
        package var places: [Place]
    }

    /// As many as it takes, each with all its sequences.
    package private(set) var passes: [Pass] = []
    /// Rows that hold something.
    package private(set) var usedRows = 0

    package init() {}

    /// - Parameters:
    ///   - groups: taken in this order, each put into the first pass that has room. A group fits into a pass, and a text
    ///     into a sequence.
    ///   - length: rows of a sequence.
    package init(_ groups: [[Segment]], length: Int, passSequences: Int) {
        /// Of each pass, the places in each of its sequences.
        var layouts: [[[Place]]] = []
        for (number, group) in groups.enumerated() {
            var isPlaced = false
            for index in layouts.indices where !isPlaced {
                isPlaced = Self.put(group, number, into: &layouts[index], length: length)
            }
            if !isPlaced {
                var layout = [[Place]](repeating: [], count: passSequences)
                guard Self.put(group, number, into: &layout, length: length) else { continue }
                layouts.append(layout)
            }
            usedRows += group.reduce(0) { $0 + $1.ids.count }
        }
        passes = layouts.map { layout in
            Pass(
                sequences: layout.map { Self.sequence($0, groups, length: length) },
                places: layout.enumerated().flatMap { index, places in
                    places.map {
                        var place = $0
                        place.firstRow += index * length
                        return place
                    }
                })
        }
    }

    /// Puts all of a group into the first sequences that have room, or nothing of it.
    private static func put(_ group: [Segment], _ number: Int, into layout: inout [[Place]], length: Int) -> Bool {
        var trial = layout
        for (member, segment) in group.enumerated() {
            let index = trial.firstIndex { places in
                (places.last.map { $0.firstRow + $0.rows } ?? 0) + segment.ids.count <= length
            }
            guard let index else { return false }
            let used = trial[index].last.map { $0.firstRow + $0.rows } ?? 0
            trial[index].append(Place(group: number, member: member, firstRow: used, rows: segment.ids.count))
        }
        layout = trial
        return true
    }

    private static func sequence(_ places: [Place], _ groups: [[Segment]], length: Int) -> TrainingSequence {
        var sequence = TrainingSequence(length: length)
        var used = 0
        sequence.segments = []
        for place in places {
            let segment = groups[place.group][place.member]
            sequence.ids.replaceSubrange(used..<used + place.rows, with: segment.ids)
            sequence.targets.replaceSubrange(used..<used + place.rows, with: segment.targets)
            sequence.segments.append(used..<used + place.rows)
            used += place.rows
        }
        if used < length { sequence.segments.append(used..<length) }
        return sequence
    }
}

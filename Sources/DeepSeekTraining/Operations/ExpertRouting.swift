import DeepSeekTensors

/// Which experts the tokens of a batch go to, and the order in which they are computed: by expert, within one by row.
package final class ExpertRouting {
    package let rows: Int
    package let perToken: Int
    package let experts: Int
    /// `[rows, perToken]`.
    package let choices: UnsafeMutablePointer<Int32>
    /// Of each choice, its place in the order; −1 for one that was dropped. `[rows, perToken]`.
    package let places: UnsafeMutablePointer<Int32>
    /// The row of each place.
    package let rowOfPlace: UnsafeMutablePointer<Int32>
    /// Where each expert's places begin, and the number of all: `[experts + 1]`.
    package private(set) var starts: [Int]
    /// Assignments to each expert, before any were dropped.
    package private(set) var loads: [Int]
    package var dropped: Int { rows * perToken - placeCount }
    private let storage: ScratchArray<Int32>

    package init(rows: Int, perToken: Int, experts: Int) {
        self.rows = rows
        self.perToken = perToken
        self.experts = experts
        let count = rows * perToken
        storage = ScratchArray(capacity: 3 * count)
        choices = storage.pointer
        places = storage.pointer + count
        rowOfPlace = storage.pointer + 2 * count
        starts = [Int](repeating: 0, count: experts + 1)
        loads = [Int](repeating: 0, count: experts)
    }

    package var placeCount: Int { starts[experts] }

    /// Orders `choices`. Those that `dropped` lists are left out.
    func sort(dropped: [Int]) {
        for index in loads.indices { loads[index] = 0 }
        for assignment in 0..<rows * perToken {
            places[assignment] = 0
            loads[Int(choices[assignment])] += 1
        }
        var counts = loads
        for assignment in dropped {
            places[assignment] = -1
            counts[Int(choices[assignment])] -= 1
        }
        var next = 0
        for expert in 0..<experts {
            starts[expert] = next
            next += counts[expert]
        }
        starts[experts] = next
        var place = starts
        for assignment in 0..<rows * perToken where places[assignment] == 0 {
            let expert = Int(choices[assignment])
            places[assignment] = Int32(place[expert])
            rowOfPlace[place[expert]] = Int32(assignment / perToken)
            place[expert] += 1
        }
    }
}

/// Numbers in the order in which they were last used: a list linked both ways through an array, so that nothing is
/// searched and nothing allocated.
struct RecencyList {
    private var links: [(previous: Int32, next: Int32)]
    private(set) var count = 0
    /// The ring's beginning and end.
    private let anchor: Int32

    /// - Parameter count: numbers below it may be in the list.
    init(count: Int) {
        anchor = Int32(count)
        links = [(previous: Int32, next: Int32)](repeating: (-1, -1), count: count + 1)
        links[count] = (anchor, anchor)
    }

    /// The one that was used least recently.
    var first: Int32? {
        let first = links[Int(anchor)].next
        return first == anchor ? nil : first
    }

    mutating func append(_ number: Int32) {
        let last = links[Int(anchor)].previous
        links[Int(number)] = (last, anchor)
        links[Int(last)].next = number
        links[Int(anchor)].previous = number
        count += 1
    }

    mutating func remove(_ number: Int32) {
        let (previous, next) = links[Int(number)]
        links[Int(previous)].next = next
        links[Int(next)].previous = previous
        count -= 1
    }

    mutating func moveToEnd(_ number: Int32) {
        remove(number)
        append(number)
    }
}

/// What `range()` gives: at most 100,000 integers, as in Jinja's sandbox.
struct IntegerRange: Hashable {
    static let maximumCount = 100_000

    let start: Int
    let stop: Int
    let step: Int
    let count: Int

    init(start: Int, stop: Int, step: Int) throws(TemplateFault) {
        guard step != 0 else { throw TemplateFault(.value, "the step of range() is zero") }
        self.start = start
        self.stop = stop
        self.step = step
        let isEmpty = step > 0 ? start >= stop : start <= stop
        let (distance, overflow) = stop.subtractingReportingOverflow(start)
        let steps = isEmpty ? 0 : overflow ? UInt.max : (distance.magnitude - 1) / step.magnitude + 1
        guard steps <= Self.maximumCount else {
            throw TemplateFault(.limit, "range() is longer than \(Self.maximumCount)")
        }
        count = Int(steps)
    }

    /// Every value lies between start and stop, so the arithmetic cannot overflow.
    func value(at index: Int) -> Int { start + index * step }
    var values: [Int] { (0..<count).map(value(at:)) }
}

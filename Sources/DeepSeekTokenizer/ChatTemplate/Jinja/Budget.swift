/// Counts down what one rendering may still do.
struct Budget {
    private var steps: Int
    private let textBytes: Int

    init(_ limits: TemplateLimits) {
        steps = limits.steps
        textBytes = limits.textBytes
    }

    /// Takes the cost of one evaluation, or of an operation over `count` elements.
    mutating func spend(_ count: Int = 1) throws(TemplateFault) {
        guard count <= steps else {
            throw TemplateFault(
                .limit, "the template runs for too long: it loops over too much or for ever; correct it")
        }
        steps -= count
    }

    /// Takes the cost of making a text of so many bytes. Called before the memory is.
    mutating func spend(bytes: Int) throws(TemplateFault) {
        try check(bytes: bytes)
        try spend(bytes >> 6)
    }

    /// Takes the cost of a plain copy, which is much less than that of looking at each byte.
    mutating func spend(copying bytes: Int) throws(TemplateFault) {
        try check(bytes: bytes)
        try spend(bytes >> 10)
    }

    /// Checks the size of a text that grows in place: only what is added to it costs.
    func check(bytes: Int) throws(TemplateFault) {
        guard bytes <= textBytes else {
            throw TemplateFault(.limit, "the template makes a text of more than \(textBytes) bytes; correct it")
        }
    }

    /// Takes the cost of `count` repetitions of `size` bytes or elements.
    mutating func spend(bytes size: Int, times count: Int) throws(TemplateFault) {
        let (bytes, overflow) = size.multipliedReportingOverflow(by: count)
        try spend(bytes: overflow ? Int.max : bytes)
    }
}

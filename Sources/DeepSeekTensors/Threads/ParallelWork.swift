/// Work that several threads share: `execute` is called once for each part, at the same time.
///
/// A part's range must follow from `part` and `parts` alone, never from timing, so that results repeat.
package protocol ParallelWork: SendableMetatype {
    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>)

    /// `WorkerPool.entry(for: Self.self)`, kept by the type, so that handing out work allocates nothing.
    static var entry: WorkerPool.Entry { get }
}

extension ParallelWork {
    /// The part's share of `count` equal items: contiguous, and at most one longer than another's.
    package static func range(of count: Int, part: Int, of parts: Int) -> Range<Int> {
        (count * part / parts)..<(count * (part + 1) / parts)
    }
}

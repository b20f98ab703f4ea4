/// Bytes on their way into a file, gathered until they fill whole large pages of memory.
///
/// A system that keeps files in large pages (Linux on XFS, Btrfs, and ext4 since 6.16) does so for what one write covers,
/// and tensors begin and end anywhere. Weights that lie in large pages are read a fifth faster when they are mapped (see
/// `LargePages` of the tensors).
struct PageBuffer {
    /// Two large pages of the usual 2 MiB. Writes end at multiples of it.
    static let size = 4 << 20

    private var bytes: [UInt8] = []
    /// Where in the file the first of them belongs.
    private(set) var start = 0

    var isEmpty: Bool { bytes.isEmpty }
    var end: Int { start + bytes.count }
    /// Bytes that may be added before the next multiple of the size.
    private var room: Int { Self.size - end % Self.size }

    /// Whether the bytes reach up to a multiple of the size, and should be written before more are added.
    var isFull: Bool { !bytes.isEmpty && end.isMultiple(of: Self.size) }

    /// Takes as many bytes from the front as there is room for.
    ///
    /// - Parameter offset: where they belong; the end, unless the buffer is empty.
    /// - Returns: how many.
    mutating func take(_ rest: UnsafeRawBufferPointer, at offset: Int) -> Int {
        if bytes.isEmpty {
            start = offset
            bytes.reserveCapacity(Self.size)
        }
        let count = min(rest.count, room)
        bytes.append(contentsOf: rest.prefix(count))
        return count
    }

    func withUnsafeBytes<Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        try bytes.withUnsafeBufferPointer { bytes throws(Failure) in try body(UnsafeRawBufferPointer(bytes)) }
    }

    mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}

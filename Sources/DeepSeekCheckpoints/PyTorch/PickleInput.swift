/// The bytes of a pickle, taken from the front.
struct PickleInput {
    private let bytes: UnsafeRawBufferPointer
    private let path: String
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer, path: String) {
        self.bytes = bytes
        self.path = path
    }

    mutating func byte() throws(CheckpointError) -> UInt8 { try take(1)[0] }

    /// An unsigned little-endian number of up to four bytes.
    mutating func number(byteCount: Int) throws(CheckpointError) -> Int {
        try take(byteCount).reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// A signed little-endian number with its length before it.
    mutating func long() throws(CheckpointError) -> Int {
        let length = try number(byteCount: 1)
        guard length <= 8 else { throw malformed("a number of \(length) bytes") }
        let digits = try take(length)
        var value: UInt64 = (digits.last ?? 0) & 0x80 == 0 ? 0 : .max
        for digit in digits.reversed() { value = value << 8 | UInt64(digit) }
        return Int(truncatingIfNeeded: value)
    }

    mutating func text(byteCount: Int) throws(CheckpointError) -> String {
        guard let text = String(validating: try take(byteCount), as: UTF8.self) else {
            throw malformed("a string that is not valid UTF-8")
        }
        return text
    }

    /// A name up to the end of its line.
    mutating func line() throws(CheckpointError) -> String {
        let window = bytes[position..<min(bytes.count, position + PickleMachine.maximumNameLength + 1)]
        guard let end = window.firstIndex(of: UInt8(ascii: "\n")) else {
            throw malformed("a name without an end")
        }
        let text = try text(byteCount: end - position)
        position = end + 1
        return text
    }

    private mutating func take(_ count: Int) throws(CheckpointError) -> UnsafeRawBufferPointer {
        guard count <= bytes.count - position else {
            throw CheckpointError(
                .truncated, path: path, "the pickle inside ends too early; download or copy the file again")
        }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    // MARK: Errors

    func malformed(_ what: String) -> CheckpointError {
        CheckpointError(
            .malformed, path: path, "the pickle inside is damaged at byte \(position): \(what); download the file again"
        )
    }

    func refused(_ what: String) -> CheckpointError {
        CheckpointError(
            .unsafePickle, path: path,
            "the pickle inside does more than describe tensors, at byte \(position): \(what). Nothing of it was run. If you "
                + "trust the file, convert it to safetensors elsewhere")
    }

    func unsupported(_ what: String) -> CheckpointError {
        CheckpointError(.unsupportedFormat, path: path, "the pickle inside \(what)")
    }
}

/// The tokens found so far.
final class TokenOutput {
    private let buffer = ScratchBuffer<TokenID>(capacity: 4096)
    private(set) var count = 0

    var pointer: UnsafePointer<TokenID> { UnsafePointer(buffer.pointer) }
    var capacity: Int { buffer.capacity }
    var array: [TokenID] { Array(UnsafeBufferPointer(start: buffer.pointer, count: count)) }

    func removeAll() { count = 0 }

    @inline(__always)
    func append(_ tokens: UnsafePointer<TokenID>, count added: Int) {
        buffer.reserve(count + added, keeping: count)
        (buffer.pointer + count).update(from: tokens, count: added)
        count += added
    }

    @inline(__always)
    func append(_ token: TokenID) {
        buffer.reserve(count + 1, keeping: count)
        buffer.pointer[count] = token
        count += 1
    }
}

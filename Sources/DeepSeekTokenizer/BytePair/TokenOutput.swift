/// The tokens found so far.
final class TokenOutput {
    private(set) var pointer: UnsafeMutablePointer<TokenID>
    private(set) var count = 0
    private(set) var capacity = 4096

    init() { pointer = .allocate(capacity: capacity) }

    deinit { pointer.deallocate() }

    var array: [TokenID] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    func removeAll() { count = 0 }

    @inline(__always)
    func append(_ tokens: UnsafePointer<TokenID>, count added: Int) {
        if count &+ added > capacity { grow(count + added) }
        (pointer + count).update(from: tokens, count: added)
        count &+= added
    }

    @inline(__always)
    func append(_ token: TokenID) {
        if count == capacity { grow(count + 1) }
        pointer[count] = token
        count &+= 1
    }

    private func grow(_ needed: Int) {
        capacity = max(needed, 2 * capacity)
        let larger = UnsafeMutablePointer<TokenID>.allocate(capacity: capacity)
        larger.update(from: pointer, count: count)
        pointer.deallocate()
        pointer = larger
    }
}

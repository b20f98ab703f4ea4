import Synchronization

/// Memory that is filled when it is first asked for.
final class LazyBytes: Sendable {
    let count: Int
    private let state: Mutex<State>

    private enum State {
        case waiting(@Sendable (UnsafeMutableRawPointer) -> Bool)
        case filled(OwnedBytes)
    }

    /// - Parameter fill: writes all bytes; false if there is no memory for what it needs.
    init(count: Int, fill: @escaping @Sendable (UnsafeMutableRawPointer) -> Bool) {
        self.count = count
        state = Mutex(.waiting(fill))
    }

    /// Empty if there is no memory for them. Valid as long as this object.
    var bytes: UnsafeRawBufferPointer {
        state.withLock { state in
            switch state {
            case .filled(let memory): return memory.bytes
            case .waiting(let fill):
                guard let memory = OwnedBytes(count: count), fill(memory.mutableBase) else {
                    return UnsafeRawBufferPointer(start: nil, count: 0)
                }
                state = .filled(memory)
                return memory.bytes
            }
        }
    }
}

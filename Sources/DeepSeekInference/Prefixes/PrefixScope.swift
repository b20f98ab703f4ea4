/// Who finds whose prefixes: requests of one scope those of that scope, and no others.
package enum PrefixScope: Sendable, Hashable {
    /// Of all that do not ask for isolation.
    case common
    case tenant(String)

    init(_ request: GenerationRequest) {
        self = request.isIsolated ? request.tenant.map { .tenant($0) } ?? .common : .common
    }
}

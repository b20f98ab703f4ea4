import Synchronization

/// The place of a model that is still being loaded when the server already answers.
package final class ModelHost: Sendable {
    private let state = Mutex<ServedModel?>(nil)

    package init() {}

    package func set(_ model: ServedModel) { state.withLock { $0 = model } }

    var model: ServedModel? { state.withLock { $0 } }

    /// - Throws: ``APIError`` `notReady` while the model is being loaded.
    package func require() throws(APIError) -> ServedModel {
        guard let model else {
            throw APIError(.notReady, "the model is still being loaded; try again", retryAfter: 2)
        }
        return model
    }
}

import DeepSeekInference
import Dispatch
import Synchronization

/// The log-probabilities of a prompt's own tokens.
enum PromptScores {
    /// One for each token; the first has no predecessor, and so nil.
    ///
    /// - Parameter top: of the likeliest tokens in each place.
    static func compute(
        _ model: LanguageModel, _ ids: [Int32], top: Int, connection: ClientConnection?
    ) async throws -> [TokenLogprobs?] {
        let isUnwanted = Flag()
        let watch = connection?.watch { isUnwanted.raise() }
        defer { withExtendedLifetime(watch) {} }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                // The model computes it on the thread that asks, which must not be one that others need.
                DispatchQueue.global().async {
                    continuation.resume(
                        with: Result { try scores(model, ids, top: top, isUnwanted: isUnwanted) })
                }
            }
        } onCancel: {
            isUnwanted.raise()
        }
    }

    private static func scores(
        _ model: LanguageModel, _ ids: [Int32], top: Int, isUnwanted: Flag
    ) throws -> [TokenLogprobs?] {
        var scores: [TokenLogprobs?] = [nil]
        guard ids.count > 1 else { return scores }
        try model.logits(ids: ids, rows: .range(0..<(ids.count - 1))) { row, logits in
            if isUnwanted.isRaised { throw CancellationError() }
            scores.append(try TokenLogprobs(of: ids[row + 1], in: logits, top: top))
        }
        return scores
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isRaised: Bool { value.load(ordering: .relaxed) }

        func raise() { value.store(true, ordering: .relaxed) }
    }
}

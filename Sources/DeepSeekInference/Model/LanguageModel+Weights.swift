import DeepSeekCheckpoints
import DeepSeekModel

extension LanguageModel {
    /// Goes on with other weights of the same network, and forgets what was computed with the old ones: for weights that
    /// are trained in this process, and handed over in memory.
    ///
    /// Costs a pass over the names of the tensors; matrices are used where they lie, and must stay there.
    ///
    /// - Throws: ``InferenceError`` `invalidParameter` for weights of another network or a model that keeps prefixes on the
    ///   disk, `sessionBusy` while answers are computed, or what is wrong with the checkpoint.
    package func adopt(_ checkpoint: Checkpoint) throws {
        let network = try DecoderModel(checkpoint)
        guard network.configuration == configuration else {
            throw InferenceError(.invalidParameter, "the new weights belong to a network of another configuration")
        }
        guard options.contextCacheFolder == nil else {
            throw InferenceError(
                .invalidParameter, "what is kept on the disk was computed with other weights; open the model without it"
            )
        }
        try thread.borrow { engine in
            guard engine.isIdle else {
                throw InferenceError(.sessionBusy, "answers are being computed; change the weights when they are done")
            }
            engine.adopt(network)
        }
    }
}

import DeepSeekJSON

/// A model in GGUF, opened: what a Hugging Face folder with the same model would hold. Nothing is computed yet.
package struct GGUFModel: Sendable {
    package let files: [GGUFFile]
    package let configuration: JSONValue
    package let generationConfiguration: JSONValue?
    /// In the order of the files.
    package let weights: [GGUFWeight]

    /// - Parameter path: the file, or any part of a split model.
    package init(path: String) throws(CheckpointError) {
        files = try GGUFSplit.open(path: path)
        guard let head = files.first else {
            throw CheckpointError(.fileNotFound, path: path, "there is no model")
        }
        var sources: [String: GGUFWeight.Source] = [:]
        for file in files {
            for tensor in file.header.tensors {
                guard sources.updateValue(.init(file: file, tensor: tensor), forKey: tensor.name) == nil else {
                    throw file.error(
                        .duplicateTensor, "tensor \(quoted(tensor.name)) is also in another part of the model")
                }
            }
        }
        let metadata = try GGUFConfiguration(head, tensors: sources)
        configuration = try metadata.json()
        generationConfiguration = try metadata.generationJSON()
        weights = try Self.weights(files, sources, metadata)
    }

    /// Nil if the file holds none.
    package func tokenizer() throws(CheckpointError) -> EmbeddedTokenizer? {
        guard let head = files.first, try GGUFTokenizer.isPresent(head) else { return nil }
        return try GGUFTokenizer(head).embedded
    }

    private static func weights(
        _ files: [GGUFFile], _ sources: [String: GGUFWeight.Source], _ metadata: GGUFConfiguration
    ) throws(CheckpointError) -> [GGUFWeight] {
        let headWidth = metadata.architecture == .llama ? try metadata.queryWidth() : Optional.none
        var weights: [GGUFWeight] = []
        for file in files {
            for tensor in file.header.tensors {
                // Read with the configuration, and not a weight.
                if tensor.name == "rope_freqs.weight" { continue }
                let source = GGUFWeight.Source(file: file, tensor: tensor)
                if let parts = GGUFNames.Parts(tensor.name), parts.suffix == "weight" {
                    let values = sources["blk.\(parts.layer).attn_v_b.weight"]
                    if parts.stem == "attn_k_b", let values {
                        weights.append(try GGUFNames.latent(layer: parts.layer, keys: source, values: values))
                        continue
                    }
                    if parts.stem == "attn_v_b", sources["blk.\(parts.layer).attn_k_b.weight"] != nil { continue }
                }
                weights += try GGUFNames.weights(source, headWidth: headWidth)
            }
        }
        return weights
    }
}

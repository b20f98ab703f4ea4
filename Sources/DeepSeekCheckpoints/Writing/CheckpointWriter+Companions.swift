import DeepSeekTensors

/// What goes with the weights.
extension CheckpointWriter {
    /// What belongs to a model besides configuration and weights.
    public static let companionFiles = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model",
        "vocab.json", "merges.txt", "chat_template.jinja", "chat_template.json",
    ]

    /// Copies the files of a model that stay as they are; those that it does not have are left out. Of a GGUF file, writes
    /// the tokenizer.
    public func copyFiles(
        from source: String, names: [String] = companionFiles
    ) throws(CheckpointError) {
        if let path = try Checkpoint.ggufPath(source) {
            guard try Checkpoint.hasEmbeddedTokenizer(path) else { return }
            return try write(Checkpoint.embeddedTokenizer(path))
        }
        for name in names where FileSystem.exists(FileSystem.join(source, name)) {
            let path = FileSystem.join(source, name)
            let file: MappedFile
            do { file = try MappedFile(path: path) } catch { throw CheckpointError(error, path: path) }
            defer { withExtendedLifetime(file) {} }
            try writeFile(file.bytes, as: name)
        }
    }

    /// Writes a tokenizer as the files that a folder has for it.
    func write(_ tokenizer: EmbeddedTokenizer) throws(CheckpointError) {
        try writeJSON(tokenizer.tokenizer, as: "tokenizer.json")
        try writeJSON(tokenizer.configuration, as: "tokenizer_config.json")
    }
}

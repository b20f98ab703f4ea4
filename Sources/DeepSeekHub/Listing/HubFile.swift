/// A file of a model as the Hub lists it.
package struct HubFile: Sendable, Hashable {
    /// A path relative to the model, with `/` between its parts.
    package let name: String
    /// In bytes.
    package let size: Int
    package let digest: BlobDigest

    /// - Throws: ``HubError`` with `badName` when the name could lead out of the folder of the model.
    package init(name: String, size: Int, digest: BlobDigest) throws(HubError) {
        guard Self.isSafe(name) else {
            throw HubError(
                .badName, name.debugDescription,
                "is a file name that could lead out of the cache folder; do not trust this repository")
        }
        self.name = name
        self.size = size
        self.digest = digest
    }

    private static func isSafe(_ name: String) -> Bool {
        (1...1024).contains(name.utf8.count)
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }
            // By bytes as the file system does: to Swift, a slash with an accent is another character.
            && name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { part in
                (1...255).contains(part.count) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
            }
    }

    private static func isInTopFolder(_ name: String) -> Bool { !name.utf8.contains(UInt8(ascii: "/")) }

    /// The files that running a model takes, and its terms: configuration, tokenizer, weights, README and licence of
    /// the top folder. The weights are taken once, as safetensors if there are any. Code never is.
    package static func needed(of files: [HubFile]) -> [HubFile] {
        let hasSafetensors = files.contains { $0.name.hasSuffix(".safetensors") && isWeights($0.name) }
        return files.filter { file in
            let name = file.name
            guard isInTopFolder(name) else { return false }
            if name.hasSuffix(".safetensors") || name.hasSuffix(".safetensors.index.json") { return true }
            if isWeights(name) || name.hasSuffix(".bin.index.json") {
                return !hasSafetensors && name.hasPrefix("pytorch_model")
            }
            return isText(name)
        }
    }

    /// Of the top folder.
    package static func isWeights(_ name: String) -> Bool {
        isInTopFolder(name)
            && (name.hasSuffix(".safetensors") || (name.hasPrefix("pytorch_model") && name.hasSuffix(".bin")))
    }

    private static func isText(_ name: String) -> Bool {
        switch name {
        case "config.json", "generation_config.json", "special_tokens_map.json", "chat_template.jinja": true
        default:
            (name.hasPrefix("tokenizer") && name.hasSuffix(".json"))
                || ((name.hasPrefix("README") || name.hasPrefix("LICENSE"))
                    && (!name.contains(".") || name.hasSuffix(".md") || name.hasSuffix(".txt")))
        }
    }
}

import GGUFTestFiles

/// GGUF files that are not what they say.
enum BrokenGGUF {
    private static let file = "MODEL/model.gguf"
    private static let generate = ["generate", "--model", file, "--ids", "1 2", "--max-tokens", "1"]

    private static func bytes(
        _ name: String, run arguments: [String] = generate, saying words: String...,
        change: @escaping @Sendable (inout GGUFBytes) -> [UInt8]?
    ) -> BadInput {
        BadInput("GGUF: " + name, run: arguments, saying: ["\(file): "] + words) {
            var file = GGUFTinyModel.llama(quantized: true)
            let changed = change(&file)
            try $0.write(changed ?? file.bytes, as: "model.gguf")
        }
    }

    private static func set(_ key: String, _ value: GGUFBytes.Value, in file: inout GGUFBytes) {
        for index in file.metadata.indices where file.metadata[index].0 == key { file.metadata[index].1 = value }
    }

    static let files: [BadInput] = [
        BadInput("GGUF: no such file", run: generate, saying: ["\(file): "]),
        bytes("empty", saying: "not a GGUF file") { _ in [] },
        bytes("something else", saying: "not a GGUF file") { _ in Array("a poem, and not weights".utf8) },
        bytes("cut in its metadata", saying: "more than the file holds", "again") { Array($0.bytes.prefix(300)) },
        bytes("cut in its weights", saying: "ends before tensor", "download or copy it again") {
            Array($0.bytes.dropLast(200))
        },
        bytes("a newer version", saying: "GGUF version 4", "use a newer program") {
            $0.version = 4
            return nil
        },
        bytes("an unknown type", saying: "tensor \"token_embd.weight\" has type Q2_K", "take a file with one of") {
            $0.tensors[0].type = 10
            return nil
        },
        bytes("another architecture", saying: "architecture \"mamba\" is not supported") {
            set("general.architecture", .string("mamba"), in: &$0)
            return nil
        },
        bytes("no number of layers", saying: "\"llama.block_count\" is missing") {
            $0.metadata.removeAll { $0.0 == "llama.block_count" }
            return nil
        },
        bytes("a layer too many", saying: "model.layers.1.", "is missing") {
            set("llama.block_count", .uint32(2), in: &$0)
            return nil
        },
        bytes("a tensor too many", saying: "\"blk.9.strange.weight\" has no place in the network") {
            $0.tensors.append(.init("blk.9.strange.weight", [4], type: 0, GGUFBytes.bytes([1, 2, 3, 4])))
            return nil
        },
        bytes(
            "another tokenizer", run: ["tokenize", "--model", file, "--text", "hello"],
            saying: "only byte-level BPE"
        ) {
            set("tokenizer.ggml.model", .string("llama"), in: &$0)
            return nil
        },
        bytes(
            "an unknown pre-tokenizer", run: ["tokenize", "--model", file, "--text", "hello"],
            saying: "the pre-tokenizer \"tekken\" is not known"
        ) {
            set("tokenizer.ggml.pre", .string("tekken"), in: &$0)
            return nil
        },
        bytes("a part of three", saying: "one of 3 parts", "the names they were published under") {
            $0.metadata.append(("split.count", .uint32(3)))
            return nil
        },
        bytes("convert: cut", run: ["convert", file, "MODEL-out"], saying: "ends before tensor") {
            Array($0.bytes.dropLast(200))
        },
        BadInput(
            "GGUF: quantize: low-bit already", run: ["quantize", file, "MODEL-out", "--format", "int4"],
            saying: ["\(file) is low-bit already", "'deepseek convert'"]
        ) { try $0.write(GGUFTinyModel.llama(quantized: true).bytes, as: "model.gguf") },
        BadInput("convert: a folder", run: ["convert", "MODEL", "MODEL-out"], saying: ["MODEL"]),
    ]
}

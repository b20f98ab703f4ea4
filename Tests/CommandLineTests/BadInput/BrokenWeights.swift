import DeepSeekJSON

/// Weight files that are not what they say.
enum BrokenWeights {
    private static let file = "model.safetensors"
    private static let norm = "model.norm.weight"
    private static let embedding = "model.embed_tokens.weight"

    /// A file whose bytes are changed.
    private static func bytes(
        _ name: String, saying words: String..., change: @escaping @Sendable ([UInt8]) throws -> [UInt8]
    ) -> BadInput {
        BadInput(name, saying: ["MODEL/\(file): "] + words) { try $0.write(change($0.bytes(file)), as: file) }
    }

    /// A file whose header is changed.
    private static func header(
        _ name: String, saying words: [String], change: @escaping @Sendable (inout SafetensorsFile) -> Void
    ) -> BadInput {
        BadInput(name, saying: words) {
            var parts = try SafetensorsFile($0.bytes(file))
            change(&parts)
            try $0.write(parts.bytes, as: file)
        }
    }

    static let safetensors: [BadInput] = [
        bytes("empty file", saying: "too short", "download or copy it again") { _ in [] },
        bytes("truncated header", saying: "ends inside its header", "download or copy it again") {
            Array($0.prefix(99))
        },
        bytes("truncated data", saying: "ends inside tensor \"", "download or copy it again") { Array($0.dropLast(9)) },
        bytes("surplus data", saying: "3 bytes at the end of the file belong to no tensor") { $0 + [0, 0, 0] },
        bytes("header of 10^18 bytes", saying: "1000000000000000000", "100000000 are allowed") { _ in
            SafetensorsFile.file(header: "{}", length: 1_000_000_000_000_000_000)
        },
        bytes("header of 2^64 - 1 bytes", saying: "18446744073709551615", "is this a safetensors file?") { _ in
            SafetensorsFile.file(header: "{}", length: .max)
        },
        bytes("header of three million values", saying: "values", "smaller shards") { _ in
            SafetensorsFile.file(header: "[" + String(repeating: "[],", count: 3_000_000) + "0]")
        },
        bytes("header that is not JSON", saying: "line 1, column 2", "download or copy it again") { _ in
            SafetensorsFile.file(header: "{oops}")
        },
        header("overlapping tensors", saying: ["MODEL/\(file): tensor \"", "overlaps the one before it"]) {
            $0.set("data_offsets", of: norm, to: [0, 64])
        },
        header("dtype that is not known", saying: ["tensor \"\(norm)\"", "\"F8_E5M2\" is not supported; convert it"]) {
            $0.set("dtype", of: norm, to: "F8_E5M2")
        },
        header("dtype of integers", saying: ["MODEL/\(file): tensor \"\(norm)\" holds int16", "bfloat16"]) {
            $0.set("dtype", of: norm, to: "I16")
        },
        header("dtype of another size", saying: ["tensor \"\(norm)\"", "needs 128 bytes, data_offsets give 64"]) {
            $0.set("dtype", of: norm, to: "F32")
        },
        header("transposed shape", saying: ["tensor \"\(embedding)\" has shape [32, 264]", "asks for [264, 32]"]) {
            $0.set("shape", of: embedding, to: [32, 264])
        },
        header("shape of 10^12", saying: ["tensor \"\(norm)\"", "needs 2000000000000 bytes"]) {
            $0.set("shape", of: norm, to: [1_000_000_000_000])
        },
        header("negative shape", saying: ["tensor \"\(norm)\"", "no shape of whole numbers"]) {
            $0.set("shape", of: norm, to: [-32])
        },
        header("missing tensor", saying: ["MODEL: tensor \"\(norm)\" of shape [32] is missing", "incomplete"]) {
            $0.header["model.gone.weight"] = $0.header[norm]
            $0.header[norm] = nil
        },
        header("surplus tensor", saying: ["MODEL/\(file): tensor \"model.extra\"", "config.json"]) {
            $0.header["model.extra"] = ["dtype": "F32", "shape": [0], "data_offsets": [0, 0]]
        },
    ]

    private static let index = "model.safetensors.index.json"

    /// The weights as the one shard of an index.
    private static func shards(_ name: String, _ map: JSONValue, saying words: String...) -> BadInput {
        BadInput(name, saying: words) {
            try $0.write($0.bytes(file), as: "a.safetensors")
            try $0.remove(file)
            try $0.write(["weight_map": map] as JSONValue, as: index)
        }
    }

    static let shards: [BadInput] = [
        shards(
            "absent shard", ["a": "b.safetensors"], saying: "MODEL/b.safetensors: ", "is missing", "MODEL/\(index)",
            "download it"),
        shards(
            "shard outside of the folder", ["a": "../b.safetensors"], saying: "MODEL/\(index): ",
            "\"../b.safetensors\"",
            "beside the index"),
        shards("shard that is a number", ["a": 5], saying: "MODEL/\(index): ", "is a number, not a file name"),
        shards("index without a map", nil, saying: "MODEL/\(index): ", "\"weight_map\""),
        shards(
            "index that lacks tensors", [.init(stringLiteral: norm): "a.safetensors"], saying: "MODEL/\(index): ",
            "which the index does not list"),
        BadInput("no weights", saying: ["MODEL: there are no weights", "model.safetensors"]) { try $0.remove(file) },
    ]

    private static func torch(_ name: String, saying words: String..., bytes: [UInt8]) -> BadInput {
        BadInput(name, saying: ["MODEL/pytorch_model.bin: "] + words) {
            try $0.remove(file)
            try $0.write(bytes, as: "pytorch_model.bin")
        }
    }

    private static func pickle(_ text: String) -> [UInt8] {
        TorchArchive.holding(pickle: [0x80, 2] + Array(text.utf8))
    }

    static let pickles: [BadInput] = [
        torch(
            "pickle that runs a command", saying: "os.system", "Nothing of it was run", "convert it to safetensors",
            bytes: pickle("cos\nsystem\n(X\u{4}\u{0}\u{0}\u{0}truetR.")),
        torch(
            "pickle that evaluates", saying: "builtins.eval", "Nothing of it was run",
            bytes: pickle("cbuiltins\neval\n.")),
        torch("pickle with an unknown instruction", saying: "0x69", "at byte", bytes: pickle("ios\nsystem\n")),
        torch("truncated pickle", saying: "ends too early", "download or copy", bytes: pickle("}")),
        torch("pickle of something else", saying: "something else", bytes: pickle("N.")),
        torch("no archive", saying: "not a zip archive", "convert it to safetensors", bytes: Array("oops".utf8)),
        torch("truncated archive", saying: "no end record", "again", bytes: Array(pickle("}.").dropLast(30))),
    ]
}

import DeepSeekJSON

/// Quantised folders that are not what they say.
enum BrokenQuantization {
    private static let weights = "model.safetensors"
    private static let panels = "lm_head.weight.int8"
    private static let elements = "lm_head.weight"

    /// A folder of some format with another `quantization_config`.
    private static func label(
        _ name: String, of format: String = "int8", _ change: @escaping @Sendable (inout JSONObject) -> Void,
        saying words: String...
    ) -> BadInput {
        BadInput("\(format) folder: \(name)", saying: ["MODEL/config.json"] + words) {
            try $0.quantize(to: format)
            let label = try $0.json("config.json")["quantization_config"]?.object
            var members = label ?? [:]
            change(&members)
            try $0.set("quantization_config", to: members.isEmpty ? nil : .object(members), in: "config.json")
        }
    }

    static let labels: [BadInput] = [
        label("a newer version", { $0["version"] = 2 }, saying: "version 2", "reads up to 1", "use a newer one"),
        label("no version", { $0["version"] = Optional.none }, saying: "no version", "quantize the model again"),
        label("a version that is text", { $0["version"] = "1" }, saying: "no version"),
        label("version 0", { $0["version"] = 0 }, saying: "no version"),
        label("no format", { $0["format"] = Optional.none }, saying: "no format of int4"),
        label("an unknown format", { $0["format"] = "int3" }, saying: "no format of int4, int4-wide, int8"),
        label("another format", { $0["format"] = "int4" }, saying: "says int4, and no matrix is", "different folders"),
        label("another program's", { $0["quant_method"] = "gptq" }, saying: "\"gptq\"", "'deepseek quantize'"),
        label("no label", { $0 = [:] }, saying: "\"quantization_config\" is missing, and the weights are low-bit"),
        label("no label", of: "fp8", { $0 = [:] }, saying: "\"quantization_config\" is missing"),
        label("another kind", of: "fp8", { $0["fmt"] = "e5m2" }, saying: "\"e5m2\"; only \"e4m3\" is read"),
        label(
            "other blocks", of: "fp8", { $0["weight_block_size"] = [64, 64] }, saying: "must be [128, 128]"),
        label("blocks that are text", of: "fp8", { $0["weight_block_size"] = "128" }, saying: "must be [128, 128]"),
        BadInput("bfloat16 folder: labelled int8", saying: ["MODEL/config.json", "says int8, and no matrix is"]) {
            try $0.set(
                "quantization_config", to: ["quant_method": "deepseek-panels", "version": 1, "format": "int8"],
                in: "config.json")
        },
        BadInput(
            "bfloat16 folder: labelled fp8", saying: ["MODEL/config.json", "says float8, and the matrices are not"]
        ) {
            try $0.set(
                "quantization_config", to: ["quant_method": "fp8", "weight_block_size": [128, 128]], in: "config.json")
        },
    ]

    /// A folder of some format with other weights.
    private static func file(
        _ name: String, of format: String = "int8", saying words: [String],
        change: @escaping @Sendable (inout SafetensorsFile) -> Void
    ) -> BadInput {
        BadInput("\(format) folder: \(name)", saying: words) {
            try $0.quantize(to: format)
            var parts = try SafetensorsFile($0.bytes(weights))
            change(&parts)
            try $0.write(parts.bytes, as: weights)
        }
    }

    static let files: [BadInput] = [
        BadInput("int4 folder: truncated", saying: ["MODEL/\(weights): ", "ends inside tensor", "download or copy it"])
        {
            try $0.quantize(to: "int4")
            try $0.write(Array($0.bytes(weights).dropLast(9)), as: weights)
        },
        file("panels of another shape", saying: ["MODEL/\(weights): tensor \"\(panels)\" is uint8", "are uint8 [17, "])
        {
            $0.set("shape", of: panels, to: [34, 288])
        },
        file("panels of another type", saying: ["MODEL/\(weights): tensor \"\(panels)\" is int8"]) {
            $0.set("dtype", of: panels, to: "I8")
        },
        file("missing panels", saying: ["tensor \"\(elements)\" of shape [264, 32] is missing"]) {
            $0.header["model.gone.int8"] = $0.header[panels]
            $0.header[panels] = nil
        },
        file("panels twice", saying: ["\"\(elements).int4\" is uint8 [0]", "are uint8 [17, 320]"]) {
            $0.header[elements + ".int4"] = ["dtype": "U8", "shape": [0], "data_offsets": [0, 0]]
        },
        file("missing scales", of: "fp8", saying: ["_scale_inv\" of shape [1, 1] is missing"]) {
            let name = "model.layers.0.mlp.up_proj.weight_scale_inv"
            $0.header["model.gone"] = $0.header[name]
            $0.header[name] = nil
        },
        file("scales of another type", of: "fp8", saying: ["_scale_inv\" holds int32, and weights must be float32"]) {
            $0.set("dtype", of: "model.layers.0.mlp.up_proj.weight_scale_inv", to: "I32")
        },
    ]

    private static let quantize = ["quantize", "MODEL", "MODEL-out", "--format", "int4"]

    static let runs: [BadInput] = [
        BadInput(
            "quantize: no such model", run: ["quantize", "/none", "MODEL-out", "--format", "int8"], saying: ["/none"]),
        BadInput(
            "quantize: a folder that is in use", run: ["quantize", "MODEL", "MODEL", "--format", "int8"],
            saying: ["MODEL: the folder is not empty"]),
        BadInput(
            "quantize: a low-bit model", run: quantize, saying: ["is int8 already, and rounding twice loses more"]
        ) { try $0.quantize(to: "int8") },
        BadInput(
            "quantize: a place that is not there", run: ["quantize", "MODEL", "/none/out", "--format", "int8"],
            saying: ["/none/out: cannot be created: No such file or directory"]),
        BadInput(
            "quantize: an unknown format", run: ["quantize", "MODEL", "MODEL-out", "--format", "int3"],
            exits: BadInput.usage, saying: ["int3", "int8"]),
        BadInput(
            "quantize: a text for int8",
            run: ["quantize", "MODEL", "MODEL-out", "--format", "int8", "--calibrate", "x"],
            exits: BadInput.usage, saying: ["--calibrate is for --format int4"]),
        BadInput(
            "quantize: a text that is too short",
            run: quantize + ["--calibrate", "MODEL/tokenizer_config.json", "--calibration-tokens", "32"],
            saying: ["the text for calibration has"]
        ) { try $0.write("short", as: "tokenizer_config.json") },
        BadInput(
            "quantize: a text that is not there", run: quantize + ["--calibrate", "/none"], saying: ["/none"]),
        BadInput(
            "quantize: a weight that is not a number", run: quantize,
            saying: [
                "tensor \"model.embed_tokens.weight\" of MODEL holds numbers that are not finite", "download it again",
            ]
        ) {
            var parts = try SafetensorsFile($0.bytes(weights))
            let offsets = parts.header["model.embed_tokens.weight"]?["data_offsets"]?.array
            let first = offsets?.first?.integer ?? 0
            parts.data.replaceSubrange(first + 6..<first + 8, with: [0xC0, 0x7F])
            try $0.write(parts.bytes, as: weights)
        },
    ]
}

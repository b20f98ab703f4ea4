import DeepSeekJSON
import DeepSeekTensors

/// `quantization_config` of `config.json`: which of the low-bit forms that this package reads.
public struct QuantizationConfiguration: Sendable, Hashable {
    public enum Method: Sendable, Hashable {
        /// Low-bit panels, most of them in one format: what `deepseek quantize` writes for int8 and int4.
        case panels(PackedFormat)
        /// E4M3 with a float32 scale per block of 128 by 128: how DeepSeek-V3 is published.
        case float8
    }

    /// `quant_method` of folders with panels.
    public static let panels = "deepseek-panels"
    /// `quant_method` of folders with float8 blocks.
    public static let float8 = "fp8"
    /// The newest version of the panels' layout that is read, and the one that is written.
    public static let version = 1

    public let method: Method

    public init(_ method: Method) { self.method = method }

    /// What `config.json` holds.
    public var json: JSONValue {
        switch method {
        case .panels(let format):
            [
                "quant_method": .string(Self.panels), "version": .integer(Self.version),
                "format": .string(format.rawValue),
                "layout": "panels of 16 rows, groups of 32 columns, headers per 128 columns",
            ]
        case .float8:
            [
                "quant_method": .string(Self.float8), "fmt": "e4m3", "activation_scheme": "dynamic",
                "weight_block_size": [.integer(Float8Format.blockRows), .integer(Float8Format.blockColumns)],
            ]
        }
    }

    init?(_ reader: ConfigurationReader) throws(ModelError) {
        guard let quantization = reader.value("quantization_config") else { return nil }
        let method = quantization["quant_method"]?.string ?? "unknown"
        switch method {
        case Self.panels: self.method = .panels(try Self.panelFormat(quantization, reader))
        case Self.float8:
            try Self.checkFloat8(quantization, reader)
            self.method = .float8
        default:
            throw reader.error(
                .unsupportedFeature,
                "the weights are quantised by \"\(method.prefix(80))\", which is not read here; use the float32, float16 or "
                    + "bfloat16 checkpoint, and 'deepseek quantize' on it")
        }
    }

    private static func panelFormat(
        _ quantization: JSONValue, _ reader: ConfigurationReader
    ) throws(ModelError) -> PackedFormat {
        guard case .integer(let version)? = quantization["version"], version >= 1 else {
            throw reader.error("\"quantization_config\" gives no version; quantize the model again")
        }
        guard version <= Self.version else {
            throw reader.error(
                .unsupportedFeature,
                "the weights are quantised in version \(version) of the layout, and this program reads up to "
                    + "\(Self.version); use a newer one, or quantize the model again")
        }
        guard let format = quantization["format"]?.string.flatMap(PackedFormat.init) else {
            let known = PackedFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw reader.error(.unsupportedFeature, "\"quantization_config\" gives no format of \(known)")
        }
        return format
    }

    private static func checkFloat8(_ quantization: JSONValue, _ reader: ConfigurationReader) throws(ModelError) {
        let format = quantization["fmt"]?.string ?? "e4m3"
        guard format == "e4m3" else {
            throw reader.error(
                .unsupportedFeature,
                "the weights are float8 of the kind \"\(format.prefix(80))\"; only \"e4m3\" is read")
        }
        let block = quantization["weight_block_size"]?.array?.map(\.integer)
        guard block == [Float8Format.blockRows, Float8Format.blockColumns] else {
            throw reader.error(
                .unsupportedFeature,
                "\"weight_block_size\" of the float8 weights must be [\(Float8Format.blockRows), "
                    + "\(Float8Format.blockColumns)], a scale for each such block")
        }
    }

    /// Refuses a label that is not that of the weights.
    ///
    /// - Parameter formats: of the matrices that were found.
    static func check(
        _ formats: Set<WeightMatrix.Format>, against configuration: QuantizationConfiguration?, path: String
    ) throws(ModelError) {
        let hasPanels = formats.contains { if case .packed = $0 { true } else { false } }
        let hasFloat8 = formats.contains(.float8)
        let problem: String? =
            switch configuration?.method {
            case .panels(let format):
                if !formats.contains(.packed(format)) {
                    "says \(format.rawValue), and no matrix is"
                } else {
                    hasFloat8 ? "says \(format.rawValue), and there are float8 matrices" : nil
                }
            case .float8: hasFloat8 && !hasPanels ? nil : "says float8, and the matrices are not"
            case nil: hasPanels || hasFloat8 ? "is missing, and the weights are low-bit" : nil
            }
        if let problem {
            throw ModelError(
                .invalidConfiguration,
                "\(path): \"quantization_config\" \(problem); config.json and weights belong to different folders")
        }
    }
}

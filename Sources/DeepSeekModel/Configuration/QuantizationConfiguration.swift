import DeepSeekJSON
import DeepSeekTensors

/// `quantization_config` of `config.json`: which of the low-bit forms that this package reads.
public struct QuantizationConfiguration: Sendable, Hashable {
    /// `quant_method` of folders that this package writes.
    public static let panels = "deepseek-panels"
    /// The newest version of their layout that is read, and the one that is written.
    public static let version = 1

    /// What `format` says: of most matrices.
    public let format: PackedFormat

    public init(format: PackedFormat) { self.format = format }

    /// What `config.json` holds.
    public var json: JSONValue {
        [
            "quant_method": .string(Self.panels), "version": .integer(Self.version), "format": .string(format.rawValue),
            "layout": "panels of 16 rows, groups of 32 columns, headers per 128 columns",
        ]
    }

    init?(_ reader: ConfigurationReader) throws(ModelError) {
        guard let quantization = reader.value("quantization_config") else { return nil }
        let method = quantization["quant_method"]?.string ?? "unknown"
        guard method == Self.panels else {
            throw reader.error(
                .unsupportedFeature,
                "the weights are quantised by \"\(method.prefix(80))\", which is not read here; use the float32, float16 or "
                    + "bfloat16 checkpoint, and 'deepseek quantize' on it")
        }
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
        self.format = format
    }
}

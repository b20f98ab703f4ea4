import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

/// The tensors of a network, in some format, and patterns of random numbers that fill them.
struct RandomWeights {
    struct Tensor {
        let description: TensorDescription
        let byteCount: Int
        /// Repeated until the tensor is full.
        let pattern: [UInt8]

        init(_ name: String, _ type: ElementType, _ shape: [Int], _ pattern: [UInt8]) {
            description = TensorDescription(name: name, elementType: type, shape: shape)
            byteCount = shape.reduce(type.size, *)
            self.pattern = pattern
        }
    }

    let tensors: [Tensor]
    private let format: RandomFormat

    var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    init(_ configuration: ModelConfiguration, format: RandomFormat) {
        self.format = format
        var panels: [Int: [UInt8]] = [:]
        let numbers = Self.bfloat16Numbers()
        let elements = Self.float8Elements()
        let ones = [UInt8](repeating: 0, count: 4096).enumerated().map { $0.offset % 2 == 0 ? 0x80 : 0x3F as UInt8 }
        tensors = ParameterInventory(configuration).tensors.flatMap { tensor -> [Tensor] in
            let isLowBit = format != .bfloat16 && tensor.shape.count == 2 && tensor.part != .router
            guard isLowBit else {
                return [Tensor(tensor.name, .bfloat16, tensor.shape, tensor.part == .norms ? ones : numbers)]
            }
            let (rows, columns) = (tensor.shape[0], tensor.shape[1])
            guard let packed = format.packed else {
                return [
                    Tensor(tensor.name, .float8E4M3, tensor.shape, elements),
                    Tensor(
                        Float8Format.scalesName(of: tensor.name), .float32,
                        Float8Format.scalesShape(rows: rows, columns: columns), Self.float8Scale),
                ]
            }
            let pattern = panels[columns] ?? Self.panels(packed, columns: columns)
            panels[columns] = pattern
            let shape = [PackedFormat.panels(rows: rows), packed.panelBytes(columns: columns)]
            return [Tensor(packed.tensorName(of: tensor.name), .uint8, shape, pattern)]
        }
    }

    /// The configuration with what says how the matrices are stored.
    func described(_ configuration: JSONValue) -> JSONValue {
        guard let quantization = format.quantization, var members = configuration.object else { return configuration }
        members["quantization_config"] = quantization.json
        return .object(members)
    }

    /// Numbers of either sign between 1/64 and 1/32: about the size of a trained network's weights.
    private static func bfloat16Numbers() -> [UInt8] {
        var generator = Generator()
        return (0..<(1 << 20)).map { index in
            // Exponent 121 of 127; sign and seven bits of fraction are random.
            let byte = generator.next()
            return index % 2 == 0 ? (byte & 0x7F) | 0x80 : 0x3C | (byte & 0x80)
        }
    }

    /// Numbers of either sign from 1 to 2.
    private static func float8Elements() -> [UInt8] {
        var generator = Generator()
        return (0..<(1 << 20)).map { _ in 0x38 | (generator.next() & 0x87) }
    }

    /// 1/64 as float32.
    private static let float8Scale: [UInt8] = [0, 0, 0x80, 0x3C]

    /// Some panels of random elements with scales that make them as large as the bfloat16 ones.
    private static func panels(_ format: PackedFormat, columns: Int) -> [UInt8] {
        var generator = Generator()
        let bytes = format.panelBytes(columns: columns)
        var result = [UInt8](repeating: 0, count: 16 * bytes)
        result.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for panel in 0..<16 {
                let writer = PanelWriter(format, columns: columns, bytes: base + panel * bytes)
                for row in 0..<PackedFormat.panelRows {
                    for group in 0..<PanelWriter.groups(columns: columns) {
                        let elements = (0..<PackedFormat.groupColumns).map { _ in
                            let byte = Int8(bitPattern: generator.next())
                            return format == .int8 ? max(byte, -127) : byte & 15
                        }
                        switch format {
                        case .int4: writer.set(row: row, group: group, elements: elements, scale: 128, offset: 120)
                        case .int4Wide:
                            // 2^−8 and −7.5 times that.
                            writer.set(row: row, group: group, elements: elements, scale: 0x1C00, offset: 0xA780)
                        case .int8: writer.set(row: row, group: group, elements: elements, scale: 0x0C00, offset: 0)
                        }
                    }
                }
            }
        }
        return result
    }

    private struct Generator {
        var state: UInt64 = 1

        mutating func next() -> UInt8 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 40)
        }
    }
}

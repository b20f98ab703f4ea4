import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekQuantization
import DeepSeekTensors
import Testing
import WeightTestSupport

/// What each format keeps of the weights.
struct QuantizedWeightsTests {
    private let folder: TemporaryFolder
    private let trial: TrialModel

    init() throws {
        folder = try TemporaryFolder()
        trial = try TrialModel(in: folder.file("source"))
    }

    private func quantized(_ format: QuantizationFormat) throws -> Checkpoint {
        let path = folder.file(format.rawValue)
        try CheckpointQuantizer(trial.checkpoint, format: format).write(to: path)
        return try Checkpoint(folder: path)
    }

    /// Every matrix that is rounded, as it was and as it is: `[rows, columns]`.
    private func forEachMatrix(
        of checkpoint: Checkpoint, _ body: (String, _ shape: [Int], _ was: [Float], _ is: [Float]) throws -> Void
    ) throws {
        for entry in trial.inventory.tensors {
            let was = try trial.checkpoint.numbers(of: entry.name, shape: entry.shape)
            let found = try checkpoint.numbers(of: entry.name, shape: entry.shape)
            #expect(was.count == found.count)
            if entry.shape.count == 2, checkpoint.tensor(named: entry.name)?.elementType != .float32 {
                try body(entry.name, entry.shape, was, found)
            } else {
                let isEqual = found == was
                #expect(isEqual, "\(entry.name)")
            }
        }
    }

    /// The groups of 32 weights of a matrix, the last of a row shorter.
    private func groups(_ shape: [Int]) -> [Range<Int>] {
        (0..<shape[0]).flatMap { row in
            stride(from: row * shape[1], to: (row + 1) * shape[1], by: 32).map {
                $0..<min($0 + 32, (row + 1) * shape[1])
            }
        }
    }

    /// Half of a 127th of the group's largest weight, and a 2048th of it for the scale in float16.
    @Test func int8RoundsToItsSteps() throws {
        try forEachMatrix(of: quantized(.int8)) { name, shape, was, found in
            let worst = groups(shape).map { group in
                let largest = was[group].reduce(0) { max($0, abs($1)) }
                return group.reduce(0) { max($0, abs(found[$1] - was[$1])) } - largest * (1 / 254 + 1 / 2048)
            }
            #expect((worst.max() ?? 1) <= 0, "\(name)")
        }
    }

    /// No group is worse than rounding over its whole span, with a scale that is at most an eighth too large and a zero
    /// point that is at most a 32nd of a step off; and the whole is clearly better than that of Q4_0.
    @Test func int4SearchesForItsSteps() throws {
        try forEachMatrix(of: quantized(.int4)) { name, shape, was, found in
            var error: Float = 0
            var (peer, worst) = (Float(0), Float(0))
            for group in groups(shape) {
                let (low, high) = was[group].reduce((0, 0)) { (min($0.0, $1), max($0.1, $1)) }
                let bound = (high - low) / 15 * 1.125 * (0.5 + 1 / 32)
                let own = group.reduce(Float(0)) { $0 + (found[$1] - was[$1]) * (found[$1] - was[$1]) }
                worst = max(worst, own / (32 * bound * bound))
                error += own
                guard group.count == 32 else { continue }
                let theirs = GGUFRounding.q4(was[group])
                peer += zip(theirs, was[group]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            }
            #expect(worst <= 1, "\(name)")
            if shape[1] >= 64 { #expect(error < 0.75 * peer, "\(name)") }
        }
    }

    /// As DeepSeek-V3 is published: E4M3 elements and a scale per block of 128 by 128 that takes its largest to 448.
    @Test func fp8IsAsPublished() throws {
        let checkpoint = try quantized(.fp8)
        #expect(
            checkpoint.configuration["quantization_config"] == [
                "quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [128, 128],
            ])
        try forEachMatrix(of: checkpoint) { name, shape, was, found in
            let elements = try #require(checkpoint.tensor(named: name))
            #expect(elements.elementType == .float8E4M3 && elements.shape == shape)
            let blocks = [(shape[0] + 127) / 128, (shape[1] + 127) / 128]
            let scales = try checkpoint.tensor(named: name + "_scale_inv", shape: blocks)
            let values = Array(scales.bytes.bindMemory(to: Float.self))
            let bytes = Array(elements.bytes)
            var (wrongScales, wrongNumbers, worst) = (0, 0, Float(0))
            for block in 0..<blocks[0] * blocks[1] {
                let (top, left) = (block / blocks[1] * 128, block % blocks[1] * 128)
                let places = (top..<min(top + 128, shape[0])).flatMap { row in
                    (left..<min(left + 128, shape[1])).map { row * shape[1] + $0 }
                }
                let largest = places.reduce(0) { max($0, abs(was[$1])) }
                wrongScales += values[block] == largest / 448 ? 0 : 1
                for place in places {
                    wrongNumbers += found[place] == Self.e4m3(bytes[place]) * values[block] ? 0 : 1
                    // Three bits of fraction; below 2^−6, steps of 2^−9.
                    let bound = max(abs(was[place]) / 16, values[block] / 1024)
                    worst = max(worst, abs(found[place] - was[place]) / bound)
                }
            }
            #expect(wrongScales == 0 && wrongNumbers == 0 && worst <= 1.000_01, "\(name)")
        }
    }

    /// A number of one sign, four exponent and three fraction bits, from its definition.
    private static func e4m3(_ byte: UInt8) -> Float {
        let (exponent, fraction) = (Int(byte >> 3 & 15), Float(byte & 7))
        var value: Float = exponent == 0 ? fraction / 512 : 1 + fraction / 8
        for _ in 0..<abs(exponent - 7) where exponent > 0 { value *= exponent > 7 ? 2 : 0.5 }
        return byte & 0x80 == 0 ? value : -value
    }

    @Test(arguments: QuantizationFormat.allCases) func theFolderSaysWhatItIs(format: QuantizationFormat) throws {
        let checkpoint = try quantized(format)
        let plan = try CheckpointQuantizer(trial.checkpoint, format: format).plan
        #expect(checkpoint.byteCount == plan.bytes)
        let model = try DecoderModel(checkpoint)
        #expect(model.mappedWeightBytes == plan.bytes)
        for (key, value) in TrialModel.configuration { #expect(checkpoint.configuration[key] == value) }
        // The bytes lie as the kernels read them, on the boundaries that they ask for.
        for name in checkpoint.tensorNames where checkpoint.tensor(named: name)?.elementType == .uint8 {
            let address = checkpoint.tensor(named: name)?.bytes.baseAddress
            #expect(Int(bitPattern: address).isMultiple(of: 64), "\(name)")
        }
    }

    @Test(arguments: [ElementType.float16, .bfloat16]) func everySourceTypeIsTaken(type: ElementType) throws {
        let source = try TrialModel(in: folder.file(type.rawValue), elementType: type)
        let path = folder.file("out")
        try CheckpointQuantizer(source.checkpoint, format: .int8).write(to: path)
        let (name, shape) = ("model.layers.1.mlp.experts.3.up_proj.weight", [70, 200])
        let was = try source.checkpoint.numbers(of: name, shape: shape)
        let found = try Checkpoint(folder: path).numbers(of: name, shape: shape)
        let largest = was.reduce(0) { max($0, abs($1)) }
        let worst = zip(was, found).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= largest / 220)
        #expect(worst > 0)
    }
}

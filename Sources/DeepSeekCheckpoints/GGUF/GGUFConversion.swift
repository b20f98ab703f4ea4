import DeepSeekJSON
import DeepSeekTensors

/// Writes a model in GGUF as the Hugging Face folder that it might have been made from.
public enum GGUFConversion {
    /// Bytes of rows that are converted at a time.
    private static let chunkBytes = 1 << 24

    /// - Parameters:
    ///   - path: the file, or any part of a split model.
    ///   - folder: absent or empty.
    ///   - elementType: of the matrices, float32 or bfloat16; norms and other vectors are float32.
    ///   - progress: bytes written so far, and all.
    public static func convert(
        _ path: String, to folder: String, elementType: ElementType, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(CheckpointError) {
        let model = try GGUFModel(path: path)
        // Before anything is written: a folder without its tokenizer would be no use.
        let tokenizer = try model.tokenizer()
        let descriptions = model.weights.map { weight in
            TensorDescription(
                name: weight.name, elementType: weight.shape.count > 1 ? elementType : .float32, shape: weight.shape)
        }
        var configuration = model.configuration.object ?? [:]
        configuration["torch_dtype"] = .string(elementType == .bfloat16 ? "bfloat16" : "float32")
        let writer = try CheckpointWriter(
            folder: folder, configuration: .object(configuration),
            generationConfiguration: model.generationConfiguration, tensors: descriptions)
        if let tokenizer { try writer.write(tokenizer) }
        let total = descriptions.reduce(0) { $0 + ($1.elementType.byteCount(shape: $1.shape) ?? 0) }
        var done = 0
        for (weight, description) in zip(model.weights, descriptions) {
            var result: Result<Void, CheckpointError> = .success(())
            let ran = weight.withRows { rows in
                result = Result { () throws(CheckpointError) in
                    try write(rows, as: description, to: writer) { count in
                        done += count
                        progress(done, total)
                    }
                }
            }
            try result.get()
            guard ran else {
                throw CheckpointError(
                    .outOfMemory, path: path, "there is no memory to convert tensor \(quoted(weight.name))")
            }
        }
        try writer.finish()
    }

    private static func write(
        _ rows: GGUFRows, as description: TensorDescription, to writer: CheckpointWriter, progress: (Int) -> Void
    ) throws(CheckpointError) {
        let width = rows.columns
        let height = min(rows.count, max(1, chunkBytes / (width * 4)))
        var floats = [Float](repeating: 0, count: width * height)
        for first in stride(from: 0, to: rows.count, by: height) {
            let count = min(height, rows.count - first)
            floats.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for row in 0..<count { rows.load(first + row, base + row * width) }
            }
            let part = floats[..<(count * width)]
            if description.elementType == .bfloat16 {
                try write(part.map(rounded), description.name, writer, progress)
            } else {
                try write(Array(part), description.name, writer, progress)
            }
        }
    }

    private static func write<Number: BitwiseCopyable>(
        _ numbers: [Number], _ name: String, _ writer: CheckpointWriter, _ progress: (Int) -> Void
    ) throws(CheckpointError) {
        try numbers.withUnsafeBufferPointer { buffer throws(CheckpointError) in
            try writer.write(UnsafeRawBufferPointer(buffer), to: name)
        }
        progress(numbers.count * MemoryLayout<Number>.size)
    }

    /// To bfloat16, to nearest even.
    private static func rounded(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
}

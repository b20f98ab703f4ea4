/// Writes a safetensors file tensor by tensor, never holding more than what it is handed.
///
/// The file appears under its name in ``finish()``, complete and on the disk. Without that, or after an error, nothing
/// is left. Numbers start at a multiple of 64 bytes, and so does every tensor whose size is one.
///
/// ```swift
/// let writer = try SafetensorsWriter(path: "adapter.safetensors", tensors: [
///     TensorDescription(name: "weight", elementType: .float32, shape: [2, 3])
/// ])
/// try values.withUnsafeBytes { try writer.write($0, to: "weight") }
/// try writer.finish()
/// ```
public final class SafetensorsWriter {
    public var path: String { file.path }

    private let file: AtomicFile
    private let places: [String: TensorPlace]
    private var writtenCount: [String: Int] = [:]
    private var remaining: Int

    /// - Parameters:
    ///   - tensors: all that the file will hold. Their numbers may come in any order.
    ///   - metadata: remarks; `format` is `pt` unless given, since Transformers asks for it.
    public init(
        path: String, tensors: [TensorDescription], metadata: [String: String] = [:]
    ) throws(CheckpointError) {
        let layout = try SafetensorsLayout(tensors, metadata: metadata, path: path)
        places = layout.places
        remaining = layout.places.values.reduce(0) { $0 + $1.range.count }
        file = try AtomicFile(path: path)
        try layout.header.withUnsafeBufferPointer { bytes throws(CheckpointError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
    }

    /// Adds the next bytes of a tensor, all of it or a part.
    ///
    /// - Parameter bytes: little-endian numbers of the tensor's type, in row-major order.
    public func write(_ bytes: UnsafeRawBufferPointer, to name: String) throws(CheckpointError) {
        guard let place = places[name] else {
            throw CheckpointError(.surplusTensor, path: path, "tensor \(quoted(name)) was not announced")
        }
        let written = writtenCount[name, default: 0]
        guard bytes.count <= place.range.count - written else {
            throw CheckpointError(
                .wrongByteCount, path: path,
                "tensor \(quoted(name)) of shape \(describe(place.shape)) has \(place.range.count) bytes, and "
                    + "\(written) + \(bytes.count) are given")
        }
        try file.write(bytes, at: place.range.lowerBound + written)
        writtenCount[name] = written + bytes.count
        remaining -= bytes.count
    }

    /// Whether every tensor has all its bytes.
    var isComplete: Bool { remaining == 0 }

    /// Puts the file in place.
    ///
    /// - Throws: `wrongByteCount` when a tensor has not all its bytes yet; `writeFailed`.
    public func finish() throws(CheckpointError) {
        if !isComplete {
            let name =
                places.values.filter { writtenCount[$0.name, default: 0] < $0.range.count }.map(\.name).min() ?? ""
            throw CheckpointError(
                .wrongByteCount, path: path,
                "tensor \(quoted(name)) has only \(writtenCount[name, default: 0]) of its "
                    + "\(places[name]?.range.count ?? 0) bytes; write the rest before finishing")
        }
        try file.finish()
    }
}

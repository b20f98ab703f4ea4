package enum PyTorchArchive {
    package static func parse(
        _ bytes: UnsafeRawBufferPointer, path: String
    ) throws(CheckpointError) -> [TensorPlace] {
        throw CheckpointError(.unsupportedFormat, path: path, "PyTorch files are not read yet; convert to safetensors")
    }
}

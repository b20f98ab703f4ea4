import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTensors

extension Checkpoint {
    /// The same model in memory with every matrix in float32: the numbers that its weights stand for, whatever form they
    /// have. Vectors are the checkpoint's own.
    package func dequantized() throws -> Checkpoint {
        let model = try ModelConfiguration(configuration, path: configurationPath)
        var loader = WeightLoader(self, kernels: Kernels(.scalar))
        let tensors = try ParameterInventory(model).tensors.map { entry in
            guard entry.shape.count == 2 else { return try tensor(named: entry.name, shape: entry.shape) }
            let matrix = try loader.matrix(entry.name, rows: entry.shape[0], columns: entry.shape[1])
            return try matrix.dequantized(name: entry.name)
        }
        withExtendedLifetime(loader.tensors) {}
        var members = configuration.object ?? [:]
        members["quantization_config"] = Optional<JSONValue>.none
        return Checkpoint(folder: folder, configuration: .object(members), tensors: tensors)
    }

    /// The numbers that a matrix or vector of the network stands for.
    package func numbers(of name: String, shape: [Int]) throws -> [Float] {
        let kernels = Kernels(.scalar)
        guard shape.count == 2 else {
            let tensor = try tensor(named: name, shape: shape)
            return [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
                count = tensor.count
                guard let source = tensor.bytes.baseAddress, let target = buffer.baseAddress else { return }
                kernels.load(tensor.elementType, source, count: count, target)
            }
        }
        var loader = WeightLoader(self, kernels: kernels)
        let matrix = try loader.matrix(name, rows: shape[0], columns: shape[1])
        let tensor = try matrix.dequantized(name: name)
        // Pointers keep nothing alive.
        defer { withExtendedLifetime((loader.tensors, tensor)) {} }
        return Array(tensor.bytes.bindMemory(to: Float.self))
    }
}

extension WeightMatrix {
    /// The matrix as elements of float32.
    fileprivate func dequantized(name: String) throws -> StoredTensor {
        let memory = try OwnedBytes(count: rows * columns * MemoryLayout<Float>.size)
        let values = memory.bytes.bindMemory(to: Float.self)
        let reader = MatrixRows(self, kernels: Kernels(.scalar))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: MatrixRows.scratch(columns: columns)) { scratch in
            guard let base = values.baseAddress, let scratch = scratch.baseAddress else { return }
            for row in 0..<rows { reader.load(row: row, base + row * columns, scratch: scratch) }
        }
        return StoredTensor(
            name: name, elementType: .float32, shape: [rows, columns], bytes: UnsafeRawBufferPointer(memory.bytes),
            file: "memory", owner: memory)
    }
}

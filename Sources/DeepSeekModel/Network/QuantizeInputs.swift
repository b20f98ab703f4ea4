import DeepSeekTensors

/// Rounds the inputs of a group of products, row by row.
struct QuantizeInputs: ParallelWork {
    let inputs: UnsafeBufferPointer<QuantizedInputs.Input>
    let kernels: Kernels

    static let entry = WorkerPool.entry(for: QuantizeInputs.self)

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        let range = Self.range(of: inputs.reduce(0) { $0 + $1.rows }, part: part, of: parts)
        var before = 0
        for input in inputs {
            let rowBytes = input.form.rowBytes(columns: input.columns)
            let first = max(range.lowerBound - before, 0)
            let last = min(range.upperBound - before, input.rows)
            if first < last {
                for row in first..<last {
                    input.form.write(
                        input.x + row * input.stride, columns: input.columns, to: input.target + row * rowBytes,
                        kernels: kernels)
                }
            }
            before += input.rows
        }
    }
}

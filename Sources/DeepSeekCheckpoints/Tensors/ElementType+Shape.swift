import DeepSeekTensors

extension ElementType {
    /// Bytes of a tensor of this type; nil for a negative extent and when an `Int` cannot hold the number.
    package func byteCount(shape: [Int]) -> Int? {
        var count = size
        for extent in shape {
            guard extent >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}

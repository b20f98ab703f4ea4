import DeepSeekCheckpoints

/// Blocks of quantised weights to try things on.
enum GGUFBlocks {
    /// Random bytes, but for scales that are small and finite.
    static func random(_ type: GGUFType, count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        /// Where a block holds float16 numbers.
        let scales: [Int] =
            switch type {
            case .f32, .bf16: []
            case .f16, .q4_0, .q5_0, .q8_0: [0]
            case .q4_1, .q5_1, .q4_K, .q5_K: [0, 2]
            case .q6_K: [208]
            }
        var blocks: [UInt8] = []
        for _ in 0..<count {
            var block = (0..<type.blockBytes).map { _ in UInt8(truncatingIfNeeded: next()) }
            for place in scales {
                // ±0.001 to ±0.03, as in models.
                let scale = Float16((Float(next() % 1000) + 40) / 32_000 * (next() % 2 == 0 ? 1 : -1))
                block[place] = UInt8(truncatingIfNeeded: scale.bitPattern)
                block[place + 1] = UInt8(truncatingIfNeeded: scale.bitPattern >> 8)
            }
            if type == .f32 || type == .bf16 {
                // An exponent near that of 1.
                block[type.blockBytes - 1] = 0x3D + UInt8(next() % 2) * 0x80
            }
            if type == .q8_0 { for place in 2..<34 where block[place] == 0x80 { block[place] = 0x81 } }
            blocks += block
        }
        return blocks
    }

    static func values(_ blocks: [UInt8], _ type: GGUFType) -> [Float] {
        let count = blocks.count / type.blockBytes
        return [Float](unsafeUninitializedCapacity: count * type.blockElements) { buffer, initialized in
            blocks.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress, let target = buffer.baseAddress else { return }
                GGUFDequantizer(type).load(source, count: count, target)
            }
            initialized = count * type.blockElements
        }
    }
}

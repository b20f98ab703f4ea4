/// The weights of one block as float32: the definition of every quantised type that is read here.
///
/// Pointers must be valid for a whole block; ``GGUFHeader`` has made sure that a file holds it.
package struct GGUFDequantizer {
    package let type: GGUFType

    package init(_ type: GGUFType) { self.type = type }

    /// Some blocks, one after another.
    package func load(_ blocks: UnsafeRawPointer, count: Int, _ y: UnsafeMutablePointer<Float>) {
        for index in 0..<count { load(blocks + index * type.blockBytes, y + index * type.blockElements) }
    }

    package func load(_ block: UnsafeRawPointer, _ y: UnsafeMutablePointer<Float>) {
        let bytes = block.assumingMemoryBound(to: UInt8.self)
        switch type {
        case .f32: y[0] = block.loadUnaligned(as: Float.self)
        case .f16: y[0] = Self.half(block)
        case .bf16: y[0] = Float(bitPattern: UInt32(UInt16(littleEndian: block.loadUnaligned(as: UInt16.self))) << 16)
        case .q8_0:
            let scale = Self.half(block)
            for index in 0..<32 { y[index] = scale * Float(Int8(bitPattern: bytes[2 + index])) }
        case .q4_0:
            let scale = Self.half(block)
            for index in 0..<32 { y[index] = scale * Float(Self.nibble(bytes + 2, index) - 8) }
        case .q4_1:
            let (scale, offset) = (Self.half(block), Self.half(block + 2))
            for index in 0..<32 { y[index] = scale * Float(Self.nibble(bytes + 4, index)) + offset }
        case .q5_0:
            let scale = Self.half(block)
            for index in 0..<32 { y[index] = scale * Float(Self.five(bytes + 6, high: bytes + 2, index) - 16) }
        case .q5_1:
            let (scale, offset) = (Self.half(block), Self.half(block + 2))
            for index in 0..<32 { y[index] = scale * Float(Self.five(bytes + 8, high: bytes + 4, index)) + offset }
        case .q4_K:
            for group in 0..<8 {
                let (scale, minimum) = Self.scales(block, group)
                let half = bytes + 16 + group / 2 * 32
                for index in 0..<32 {
                    let q = half[index] >> UInt8(group % 2 * 4) & 15
                    y[group * 32 + index] = scale * Float(q) - minimum
                }
            }
        case .q5_K:
            for group in 0..<8 {
                let (scale, minimum) = Self.scales(block, group)
                let half = bytes + 48 + group / 2 * 32
                for index in 0..<32 {
                    let q = half[index] >> UInt8(group % 2 * 4) & 15 | (bytes[16 + index] >> UInt8(group) & 1) << 4
                    y[group * 32 + index] = scale * Float(q) - minimum
                }
            }
        case .q6_K:
            let scale = Self.half(block + 208)
            for index in 0..<256 {
                // Halves of 128: four runs of 32 share 64 bytes of low and 32 bytes of high bits.
                let (half, run, place) = (index / 128, index % 128 / 32, index % 32)
                let low = bytes[half * 64 + run % 2 * 32 + place] >> UInt8(run / 2 * 4) & 15
                let high = bytes[128 + half * 32 + place] >> UInt8(run * 2) & 3
                let local = Float(Int8(bitPattern: bytes[192 + index / 16]))
                y[index] = scale * local * Float(Int(low | high << 4) - 32)
            }
        }
    }

    /// A float16.
    static func half(_ place: UnsafeRawPointer) -> Float {
        Float(Float16(bitPattern: UInt16(littleEndian: place.loadUnaligned(as: UInt16.self))))
    }

    /// Element of a block of 32 in halves of bytes: the first sixteen in the low ones.
    static func nibble(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> Int {
        Int(index < 16 ? bytes[index] & 15 : bytes[index - 16] >> 4)
    }

    /// The same with a fifth bit in a field of 32.
    static func five(_ bytes: UnsafePointer<UInt8>, high: UnsafePointer<UInt8>, _ index: Int) -> Int {
        nibble(bytes, index) | Int(high[index / 8] >> UInt8(index % 8) & 1) << 4
    }

    /// Scale and minimum of one of the eight groups of a Q4_K or Q5_K block: six bits each, packed into twelve bytes,
    /// times the block's float16.
    static func scales(_ block: UnsafeRawPointer, _ group: Int) -> (scale: Float, minimum: Float) {
        let bytes = block.assumingMemoryBound(to: UInt8.self) + 4
        let (scale, minimum): (UInt8, UInt8) =
            group < 4
            ? (bytes[group] & 63, bytes[group + 4] & 63)
            : (
                bytes[group + 4] & 15 | (bytes[group - 4] >> 6) << 4,
                bytes[group + 4] >> 4 | (bytes[group] >> 6) << 4
            )
        return (half(block) * Float(scale), half(block + 2) * Float(minimum))
    }
}

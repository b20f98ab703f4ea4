/// The rows of a matrix in GGUF blocks, in the order that Hugging Face gives them.
///
/// It does not own its memory.
// Unchecked: the memory is read only.
struct GGUFRows: @unchecked Sendable {
    let type: GGUFType
    let count: Int
    let columns: Int
    let base: UnsafeRawPointer
    /// llama.cpp rotates neighbours, and so its converter interleaves the two halves of each head of a LLaMA's queries
    /// and keys; with the width of a head, that is undone.
    var headWidth: Int?

    var rowBytes: Int { columns / type.blockElements * type.blockBytes }

    func row(_ index: Int) -> UnsafeRawPointer {
        guard let headWidth else { return base + index * rowBytes }
        let (head, place) = (index / headWidth, index % headWidth)
        let (half, pair) = (place / (headWidth / 2), place % (headWidth / 2))
        return base + (head * headWidth + 2 * pair + half) * rowBytes
    }

    /// One row as float32.
    func load(_ index: Int, _ y: UnsafeMutablePointer<Float>) {
        GGUFDequantizer(type).load(row(index), count: columns / type.blockElements, y)
    }
}

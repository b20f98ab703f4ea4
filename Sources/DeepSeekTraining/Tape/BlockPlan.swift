/// Blocks of memory that are taken and given back in a known order: how many are needed, and how large.
struct BlockPlan {
    /// In floats.
    private(set) var sizes: [Int] = []
    private var owners: [Int] = []

    /// The smallest free block that is large enough, or the largest free one, grown; a new one if none is near in size.
    mutating func take(_ count: Int) -> Int {
        let free = sizes.indices.filter { owners[$0] == 0 && sizes[$0] <= 4 * count && count <= 2 * sizes[$0] }
        let fitting = free.filter { sizes[$0] >= count }.min { sizes[$0] < sizes[$1] }
        if let block = fitting ?? free.max(by: { sizes[$0] < sizes[$1] }) {
            sizes[block] = max(sizes[block], count)
            owners[block] = 1
            return block
        }
        sizes.append(count)
        owners.append(1)
        return sizes.count - 1
    }

    mutating func retain(_ block: Int) { owners[block] += 1 }
    mutating func release(_ block: Int) { owners[block] -= 1 }
}

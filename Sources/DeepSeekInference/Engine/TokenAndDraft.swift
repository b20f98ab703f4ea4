/// A token and a draft after it, without an array for both.
struct TokenAndDraft: RandomAccessCollection {
    let token: Int32
    let draft: [Int32]

    var startIndex: Int { 0 }
    var endIndex: Int { draft.count + 1 }
    subscript(position: Int) -> Int32 { position == 0 ? token : draft[position - 1] }
}

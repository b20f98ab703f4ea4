/// Turns tokens into text as they come, and never hands out half a character.
///
/// The pieces together are what ``Tokenizer/decode(_:skippingSpecialTokens:)`` makes of all tokens at once.
public struct StreamingDetokenizer: Sendable {
    private let tokenizer: Tokenizer
    private let skipsSpecialTokens: Bool
    /// The beginning of a character: at most three bytes between calls.
    private var pending: [UInt8] = []

    /// - Parameter skippingSpecialTokens: whether special tokens are left out.
    public init(tokenizer: Tokenizer, skippingSpecialTokens: Bool = false) {
        self.tokenizer = tokenizer
        skipsSpecialTokens = skippingSpecialTokens
    }

    /// The text that the token completes; empty while a character is incomplete. Bytes that cannot become a character
    /// any more are U+FFFD at once.
    public mutating func append(_ id: TokenID) -> String {
        if skipsSpecialTokens, tokenizer.isSpecial(id) { return "" }
        tokenizer.appendBytes(of: id, to: &pending)
        return take(isFinal: false)
    }

    /// What is left at the end: nothing, or U+FFFD for an incomplete character.
    public mutating func finish() -> String { take(isFinal: true) }

    private mutating func take(isFinal: Bool) -> String {
        var text: [UInt8] = []
        let taken = pending.withUnsafeBufferPointer { UTF8Repair.append($0, isFinal: isFinal, to: &text) }
        pending.removeFirst(taken)
        return String(decoding: text, as: UTF8.self)
    }
}

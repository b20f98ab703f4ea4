import DeepSeekJSON
import Foundation

/// How well a model predicts a text.
///
/// The text is read in windows of ``context`` tokens that start every ``stride`` tokens. Each token that has a
/// predecessor in its window is scored once, so with overlapping windows the first of them to hold it counts, and with
/// windows that do not overlap their first tokens are not scored. The beginning of sequence is put before the text, not
/// before each window, and never scored.
public struct Perplexity: Sendable, Hashable {
    public var context: Int
    public var stride: Int
    /// Tokens scored.
    public var tokens: Int
    /// Σ −ln p over them.
    public var negativeLogLikelihood: Double
    /// Of the text; nil when only ids are known.
    public var utf8Bytes: Int?

    public init(context: Int, stride: Int, tokens: Int, negativeLogLikelihood: Double, utf8Bytes: Int?) {
        self.context = context
        self.stride = stride
        self.tokens = tokens
        self.negativeLogLikelihood = negativeLogLikelihood
        self.utf8Bytes = utf8Bytes
    }

    /// exp(Σ −ln p / tokens).
    public var perplexity: Double { exp(negativeLogLikelihood / Double(tokens)) }

    /// Σ −log₂ p over the bytes of the whole text: comparable between tokenizers.
    public var bitsPerByte: Double? {
        utf8Bytes.flatMap { $0 > 0 ? negativeLogLikelihood / log(2) / Double($0) : nil }
    }

    public var json: JSONValue {
        [
            "perplexity": .number(perplexity),
            "bits_per_byte": bitsPerByte.map { .number($0) } ?? .null,
            "tokens": .integer(tokens),
            "context": .integer(context),
            "stride": .integer(stride),
        ]
    }
}

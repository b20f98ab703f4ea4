/// Grouped-query attention: the dense family (DeepSeek 7B and 67B) that the report compares with.
public struct GroupedQueryConfiguration: Sendable, Hashable {
    /// Heads of keys and values, each shared by `heads / keyValueHeads` query heads.
    public let keyValueHeads: Int
    public let headWidth: Int

    init(_ reader: ConfigurationReader, heads: Int, hiddenSize: Int) throws(ModelError) {
        keyValueHeads = try reader.integer("num_key_value_heads", default: heads)
        guard heads % keyValueHeads == 0 else {
            throw reader.error(
                "\"num_key_value_heads\" (\(keyValueHeads)) must divide \"num_attention_heads\" (\(heads))")
        }
        if let width = try reader.optionalInteger("head_dim") {
            headWidth = width
        } else {
            guard hiddenSize % heads == 0 else {
                throw reader.error("\"num_attention_heads\" (\(heads)) must divide \"hidden_size\" (\(hiddenSize))")
            }
            headWidth = hiddenSize / heads
        }
        guard headWidth % 2 == 0 else { throw reader.error("\"head_dim\" is \(headWidth); it must be even") }
    }
}

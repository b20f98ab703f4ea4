/// The number of a token: its row in the embedding.
public typealias TokenID = Int32

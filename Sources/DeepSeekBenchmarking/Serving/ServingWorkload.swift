/// What is asked of a server.
public struct ServingWorkload: Sendable {
    /// Tokens of each prompt, besides ``shared``, and of each answer.
    public var prompt = LengthDistribution.fixed(128)
    public var answer = LengthDistribution.fixed(64)
    /// Conversations to take both from instead, in turn.
    public var conversations: [SampleConversation] = []
    /// Tokens that all prompts begin with.
    public var shared = 0
    /// Different prompts; they come again and again, and their answers are compared. Nil for a new one each time.
    public var distinct: Int?
    /// Other seeds make other prompts, which no server can know already.
    public var seed: UInt64 = 0
    /// Token ids are drawn below this.
    public var vocabulary = 8_000
    public var temperature = 0.0
    /// Asks for answers of full length by `ignore_eos`, which is no part of OpenAI's API but known to servers for local
    /// models.
    public var ignoresEnd = true

    public init() {}
}

/// What a program in a ``Sandbox`` may use.
public struct SandboxLimits: Sendable, Hashable {
    /// Of real time.
    public var seconds: Double
    /// Of address space.
    public var memoryBytes: Int
    /// Of each file that it writes.
    public var fileBytes: Int
    /// Of what it prints; the rest is thrown away.
    public var outputBytes: Int

    public init(
        seconds: Double = 5, memoryBytes: Int = 512 << 20, fileBytes: Int = 8 << 20, outputBytes: Int = 64 << 10
    ) {
        self.seconds = seconds
        self.memoryBytes = memoryBytes
        self.fileBytes = fileBytes
        self.outputBytes = outputBytes
    }
}

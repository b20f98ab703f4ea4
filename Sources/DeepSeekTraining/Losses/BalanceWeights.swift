/// How much each balance loss (section 2.2.3) counts, and the devices that experts are thought to be on.
public struct BalanceWeights: Sendable, Hashable {
    /// α1, of the expert-level loss. It is what the published code calls `aux_loss_alpha`.
    public var expert: Double
    /// α2, of the device-level loss.
    public var device: Double
    /// α3, of the communication loss.
    public var communication: Double
    /// D: experts are divided among so many devices, in order.
    public var devices: Int
    /// M: a token goes to at most so many devices.
    public var devicesPerToken: Int
    /// Whether frequencies are counted sequence by sequence, as the report has it, or over the whole batch.
    public var isPerSequence: Bool

    public init(
        expert: Double = 0, device: Double = 0, communication: Double = 0, devices: Int = 1, devicesPerToken: Int = 1,
        isPerSequence: Bool = true
    ) {
        self.expert = expert
        self.device = device
        self.communication = communication
        self.devices = devices
        self.devicesPerToken = devicesPerToken
        self.isPerSequence = isPerSequence
    }

    var isActive: Bool { expert != 0 || device != 0 || communication != 0 }
}

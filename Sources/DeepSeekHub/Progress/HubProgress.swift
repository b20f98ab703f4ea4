/// How far a download is.
public struct HubProgress: Sendable, Hashable {
    public struct File: Sendable, Hashable {
        /// As the model has it.
        public let name: String
        /// Including those that were on disk before.
        public internal(set) var bytesDone: Int
        public let bytesTotal: Int

        public init(name: String, bytesDone: Int, bytesTotal: Int) {
            self.name = name
            self.bytesDone = bytesDone
            self.bytesTotal = bytesTotal
        }
    }

    public internal(set) var files: [File]
    /// Over the last seconds, of what came over the network; nil while nothing has.
    public internal(set) var bytesPerSecond: Double?
    /// Over all files, including what was on disk before.
    public internal(set) var bytesDone: Int
    public let bytesTotal: Int

    /// Seconds, at the present rate.
    public var secondsLeft: Double? {
        guard let bytesPerSecond, bytesPerSecond > 0 else { return nil }
        return Double(bytesTotal - bytesDone) / bytesPerSecond
    }

    public init(files: [File], bytesPerSecond: Double?) {
        self.files = files
        self.bytesPerSecond = bytesPerSecond
        bytesDone = Self.sum(files.map(\.bytesDone))
        bytesTotal = Self.sum(files.map(\.bytesTotal))
    }

    /// Sizes come from the server, so their sum may not fit.
    private static func sum(_ sizes: [Int]) -> Int {
        sizes.reduce(0) { total, size in
            let (sum, overflow) = total.addingReportingOverflow(size)
            return overflow ? Int.max : sum
        }
    }
}

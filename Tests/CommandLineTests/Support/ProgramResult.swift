/// How a run of the program ended, and what it wrote.
struct ProgramResult: Sendable {
    /// False when a signal ended it: a crash.
    let isExit: Bool
    /// The exit code, or the signal.
    let status: Int32
    let output: String
    let error: String
}

/// Why a checkpoint cannot be quantised, and what to do.
public struct QuantizationError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        /// The checkpoint is low-bit already.
        case alreadyQuantized
        /// A weight that is not finite, or too large for the format.
        case unfitWeight
        /// Text that cannot be used for calibration.
        case unfitText
    }

    public let code: Code
    public let message: String

    public var description: String { message }

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

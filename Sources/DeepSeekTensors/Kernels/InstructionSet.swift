import CDeepSeekKernels

/// A family of processor instructions for which there are kernels.
public enum InstructionSet: String, Sendable, Hashable, CaseIterable {
    /// Plain C: the reference, on every machine.
    case scalar
    /// AArch64 with NEON.
    case neon
    /// AVX2, FMA and F16C.
    case avx2
    /// AVX-512 F, BW, VL, VNNI and BF16.
    case avx512
    /// AVX-512 with tile products. This version has no kernels for it, so that it is nowhere available.
    case amx

    /// The name of the environment variable that forces a choice.
    public static let environmentVariable = "DEEPSEEK_ISA"

    public var isAvailable: Bool { dsk_kernels_named(rawValue) != nil }

    /// Those of this machine, the best last.
    public static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

    /// The best of this machine, or the one that `name` (the value of `DEEPSEEK_ISA`) forces.
    public static func selected(forced name: String?) throws(InstructionSetError) -> InstructionSet {
        guard let name, !name.isEmpty else { return available.last ?? .scalar }
        guard let set = InstructionSet(rawValue: name) else { throw InstructionSetError(.unknown, name) }
        guard set.isAvailable else { throw InstructionSetError(.unavailable, name) }
        return set
    }
}

/// `DEEPSEEK_ISA` names something that cannot be used here.
public struct InstructionSetError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Code: Sendable, Hashable {
        case unknown
        case unavailable
    }

    public let code: Code
    public let name: String

    init(_ code: Code, _ name: String) {
        self.code = code
        self.name = name
    }

    public var description: String {
        let usable = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
        let problem = code == .unknown ? "is not known" : "is not available: this processor or this version lacks it"
        return "\(InstructionSet.environmentVariable)=\(name) \(problem); usable here: \(usable)"
    }
}

/// A model on the Hub: `OWNER/NAME`, or `OWNER/NAME@REVISION` with a branch, a tag or a commit.
public struct ModelIdentifier: Sendable, Hashable, CustomStringConvertible {
    public let owner: String
    public let name: String
    /// A branch, a tag, or the 40 hexadecimal digits of a commit.
    public let revision: String

    /// Whether ``revision`` names one state of the model for good.
    public var isPinned: Bool { Self.isCommit(revision) }

    public var repository: String { "\(owner)/\(name)" }

    public var description: String { revision == "main" ? repository : "\(repository)@\(revision)" }

    /// - Throws: ``HubError`` with `badName`.
    public init(_ text: String) throws(HubError) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isRepositoryPart) else {
            throw HubError(
                .badName, text.debugDescription,
                "is not a model on the Hub; write OWNER/NAME or OWNER/NAME@REVISION, such as "
                    + "deepseek-ai/DeepSeek-V2-Lite, with letters, digits, '-', '_' and '.' only")
        }
        let revision = halves.count == 2 ? String(halves[1]) : "main"
        guard Self.isRevision(revision) else {
            throw HubError(
                .badName, text.debugDescription,
                "the part after '@' is not a revision; write a branch, a tag or a commit")
        }
        owner = String(parts[0])
        name = String(parts[1])
        self.revision = revision
    }

    /// The rules of the Hub. Since "--" joins the parts in the cache, no part may hold it.
    private static func isRepositoryPart(_ part: Substring) -> Bool {
        (1...96).contains(part.utf8.count) && part.utf8.allSatisfy(isWordByte)
            && !part.hasPrefix(".") && !part.hasSuffix(".") && !part.hasPrefix("-") && !part.hasSuffix("-")
            && !part.contains("--") && !part.contains("..") && !part.hasSuffix(".git")
    }

    /// A revision becomes a path under `refs`, so it must not lead anywhere else.
    private static func isRevision(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count)
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".") && !part.contains("..")
                    && part.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "+") }
            }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    package static func isCommit(_ text: String) -> Bool { isHexadecimal(text, digits: 40) }

    /// Lowercase only: the Hub writes them so, and the cache compares names byte by byte.
    package static func isHexadecimal(_ text: String, digits: Int) -> Bool {
        text.utf8.count == digits
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}

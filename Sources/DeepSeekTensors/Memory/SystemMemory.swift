#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the system says about memory, in bytes.
public enum SystemMemory {
    /// What this process may still take without pushing anything else out: the system's estimate, or the room left
    /// under a control group's limit if that is less. Nil where neither can be read.
    public static var available: Int? {
        let candidates = [systemAvailable, controlGroupRoom].compactMap { $0 }
        return candidates.min()
    }

    /// The largest resident size so far.
    public static var peakResident: Int? { statusLine("VmHWM:") }

    /// Anonymous memory now resident: heap, stacks and scratch, without mapped files.
    public static var anonymous: Int? { statusLine("RssAnon:") }

    /// Pages of mapped files now resident, which other processes may share.
    public static var mapped: Int? { statusLine("RssFile:") }

    private static var systemAvailable: Int? { kilobytes(in: "/proc/meminfo", after: "MemAvailable:") }

    private static var controlGroupRoom: Int? {
        guard let limit = TextFile.contents("/sys/fs/cgroup/memory.max").flatMap({ Int($0) }),
            let used = TextFile.contents("/sys/fs/cgroup/memory.current").flatMap({ Int($0) })
        else { return nil }
        return Swift.max(limit - used, 0)
    }

    private static func statusLine(_ key: String) -> Int? { kilobytes(in: "/proc/self/status", after: key) }

    private static func kilobytes(in path: String, after key: String) -> Int? {
        guard let text = TextFile.contents(path) else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            return line.dropFirst(key.count).split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }.map {
                $0 * 1024
            }
        }
        return nil
    }
}

import CDeepSeekPlatform

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How many threads the process may really run at once.
public enum ProcessorCount {
    /// The scheduler's affinity mask, cut by the quota of a control group (rounded down, at least 1).
    public static var usable: Int {
        let affinity = Int(dsp_affinity_count())
        let processors = affinity > 0 ? affinity : max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1)
        return max(min(processors, quota ?? processors), 1)
    }

    private static var quota: Int? {
        if let text = TextFile.contents("/sys/fs/cgroup/cpu.max") { return quota(fromControlGroup2: text) }
        guard let quota = TextFile.contents("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap({ Int($0) }), quota > 0,
            let period = TextFile.contents("/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap({ Int($0) }), period > 0
        else { return nil }
        return max(quota / period, 1)
    }

    /// `cpu.max` holds "quota period" in microseconds, or "max period".
    package static func quota(fromControlGroup2 text: String) -> Int? {
        let fields = text.split(separator: " ").compactMap { Int($0) }
        guard fields.count == 2, fields[0] > 0, fields[1] > 0 else { return nil }
        return max(fields[0] / fields[1], 1)
    }
}

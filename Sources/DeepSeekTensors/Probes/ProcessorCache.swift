/// One of the caches that the first processor sees.
public struct ProcessorCache: Sendable, Hashable {
    public let level: Int
    /// `Data`, `Instruction` or `Unified`.
    public let kind: String
    public let bytes: Int

    /// From the system's description; empty where it has none.
    public static var all: [ProcessorCache] {
        var caches: [ProcessorCache] = []
        for index in 0..<16 {
            let folder = "/sys/devices/system/cpu/cpu0/cache/index\(index)/"
            guard let level = line(folder + "level").flatMap({ Int($0) }), let kind = line(folder + "type"),
                let size = line(folder + "size").flatMap(parse)
            else { break }
            caches.append(ProcessorCache(level: level, kind: kind, bytes: size))
        }
        return caches
    }

    /// As the system names the processor.
    public static var processorName: String? {
        let lines = TextFile.contents("/proc/cpuinfo")?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last.map {
            String($0.drop { $0 == " " })
        }
    }

    private static func line(_ path: String) -> String? {
        TextFile.contents(path)?.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// "512K" or "32M".
    private static func parse(_ text: String) -> Int? {
        guard let unit = text.last, let number = Int(text.dropLast(unit.isNumber ? 0 : 1)) else { return nil }
        switch unit {
        case "K": return number << 10
        case "M": return number << 20
        default: return number
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The local time as text, for templates that print the date.
package enum LocalTime {
    package static func formatNow(_ format: String) -> String { self.format(format, seconds: time(nil)) }

    /// C's `strftime`, which Python's uses too. Time in seconds since 1970.
    package static func format(_ format: String, seconds: Int) -> String {
        var clock = time_t(seconds)
        var parts = tm()
        guard localtime_r(&clock, &parts) != nil, !format.isEmpty else { return "" }
        // strftime returns 0 both for an empty text and for a buffer that is too small.
        var buffer = [CChar](repeating: 0, count: 256 + min(format.utf8.count, 4096) * 16)
        let length = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

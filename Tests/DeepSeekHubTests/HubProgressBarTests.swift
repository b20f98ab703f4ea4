import DeepSeekHub
import Testing

@Suite struct HubProgressBarTests {
    func line(_ done: Int, _ total: Int, rate: Double? = nil, width: Int = 80) -> String {
        let file = HubProgress.File(name: "a", bytesDone: done, bytesTotal: total)
        return HubProgressBar.line(for: HubProgress(files: [file], bytesPerSecond: rate), width: width)
    }

    @Test func showsAllParts() {
        #expect(
            line(1_234_000_000, 2_600_000_000, rate: 85_340_000, width: 60)
                == "[#######--------]  47%  1.23 GB/2.60 GB  85.3 MB/s  ETA 0:17")
        #expect(line(0, 999, width: 40) == "[----------------------]   0%  0 B/999 B")
        #expect(line(5, 5, rate: 1, width: 40).hasSuffix("100%  5 B/5 B  1 B/s"))
        #expect(line(0, 0).contains("100%"))
    }

    @Test(arguments: [
        (999, "999 B"), (1000, "1.00 kB"), (9_994, "9.99 kB"), (9_996, "10.0 kB"), (99_960, "100 kB"),
        (999_400, "999 kB"), (999_600, "1.00 MB"), (1_050_000, "1.05 MB"), (Int.max, "9223372 TB"),
    ])
    func roundsBytes(_ count: Int, _ text: String) {
        #expect(line(0, count).hasSuffix("0 B/\(text)"))
    }

    @Test(arguments: [(0.2, "0:01"), (59.5, "1:00"), (754, "12:34"), (3723, "1:02:03"), (1e300, "over a day")])
    func showsTheTimeLeft(_ seconds: Double, _ text: String) {
        #expect(line(0, 1000, rate: 1000 / seconds).hasSuffix("ETA \(text)"))
    }

    @Test func isNeverWiderThanTheTerminal() {
        for width in -1...120 {
            let line = line(123_456_789, 987_654_321, rate: 12_345, width: width)
            #expect(line.count <= max(0, width))
            #expect(width < 3 || line.contains("12%"))
        }
    }

    @Test func isNotDoneBeforeTheLastByte() { #expect(line(999_999, 1_000_000).contains(" 99%")) }
}

import DeepSeekInference
import Testing

@Suite struct RandomGeneratorTests {
    /// The published algorithms' numbers for these seeds, computed apart from this package.
    @Test(
        arguments: [
            0: [11091344671253066420, 13793997310169335082, 1900383378846508768, 7684712102626143532],
            42: [1546998764402558742, 6990951692964543102, 12544586762248559009, 17057574109182124193],
        ] as [UInt64: [UInt64]]) func givesThePublishedNumbers(seed: UInt64, expected: [UInt64])
    {
        var generator = RandomGenerator(seed: seed)
        #expect((0..<4).map { _ in generator.next() } == expected)
    }

    @Test func uniformNumbersAreInRange() {
        var generator = RandomGenerator(seed: 3)
        let numbers = (0..<100_000).map { _ in generator.uniform() }
        #expect(numbers.allSatisfy { (0..<1).contains($0) })
        #expect(abs(numbers.reduce(0, +) / 100_000 - 0.5) < 0.004)
    }
}

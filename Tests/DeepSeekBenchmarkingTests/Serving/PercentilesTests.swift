import DeepSeekBenchmarking
import Testing

@Suite struct PercentilesTests {
    @Test func ranksAreInterpolated() {
        let values = Percentiles([4, 1, 3, 2, 5])
        #expect(values(0) == 1 && values(50) == 3 && values(100) == 5)
        #expect(values(90) == 4.6 && values(25) == 2)
        #expect(Percentiles([7])(99) == 7)
        #expect(Percentiles([])(50) == nil && Percentiles([]).isEmpty)
    }
}

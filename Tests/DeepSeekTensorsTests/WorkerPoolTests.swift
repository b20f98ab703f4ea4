import DeepSeekTensors
import Testing

/// Adds one to each of its numbers.
private struct Increment: ParallelWork {
    let numbers: UnsafeMutablePointer<Int>
    let count: Int
    static let entry = WorkerPool.entry(for: Increment.self)

    func execute(part: Int, of parts: Int, scratch: UnsafeMutablePointer<Float>) {
        scratch[0] = Float(part)
        for index in Self.range(of: count, part: part, of: parts) { numbers[index] += 1 }
    }
}

@Suite struct WorkerPoolTests {
    @Test(arguments: [1, 2, 3, 8]) func everyPartRunsOnce(threads: Int) throws {
        let pool = try WorkerPool(count: threads, scratch: 16)
        var numbers = [Int](repeating: 0, count: 1_000)
        numbers.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            for _ in 0..<2_000 { pool.run(Increment(numbers: base, count: buffer.count)) }
        }
        #expect(numbers.allSatisfy { $0 == 2_000 })
    }

    @Test func sleepersWake() async throws {
        let pool = try WorkerPool(count: 3, scratch: 16)
        for round in 1...3 {
            try await Task.sleep(for: .milliseconds(30))
            var numbers = [Int](repeating: 0, count: 10)
            numbers.withUnsafeMutableBufferPointer { buffer in
                guard let base = buffer.baseAddress else { return }
                for _ in 0..<round { pool.run(Increment(numbers: base, count: buffer.count)) }
            }
            #expect(numbers.allSatisfy { $0 == round })
        }
    }

    @Test func rangesCoverEverythingOnce() {
        for (count, parts) in [(0, 3), (1, 2), (10, 3), (7, 8)] {
            let all = (0..<parts).flatMap { Array(Increment.range(of: count, part: $0, of: parts)) }
            #expect(all == Array(0..<count))
        }
    }

    @Test func quotasAreRead() {
        #expect(ProcessorCount.quota(fromControlGroup2: "max 100000") == nil)
        #expect(ProcessorCount.quota(fromControlGroup2: "250000 100000") == 2)
        #expect(ProcessorCount.quota(fromControlGroup2: "50000 100000") == 1)
        #expect(ProcessorCount.usable >= 1)
    }
}

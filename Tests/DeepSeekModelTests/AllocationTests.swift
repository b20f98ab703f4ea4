import CAllocationCounter
import DeepSeekModel
import DeepSeekTensors
import Testing

#if os(Linux)
    /// Decoding takes all its memory before it starts.
    @Suite(.enabled(if: Golden.isPresent, Golden.reason), .serialized) struct AllocationTests {
        @Test func theCounterCounts() {
            allocation_counter_start()
            let memory = UnsafeMutablePointer<Int>.allocate(capacity: 1_000)
            let count = allocation_counter_stop()
            memory.deallocate()
            #expect(count >= 1)
        }

        @Test(arguments: ["v2-tiny", "v2-lite-tiny", "llama-gqa-tiny"]) func aTokenAllocatesNothing(name: String) throws
        {
            try expectNoAllocation(ModelRunner(Golden(name: name, type: "bf16").open()))
        }

        @Test(arguments: ["v2-tiny", "llama-gqa-tiny"], CacheFormatTests.lowBit)
        func aTokenInALowBitCacheAllocatesNothing(name: String, format: CacheFormat) throws {
            try expectNoAllocation(
                ModelRunner(
                    Golden(name: name, type: "bf16").open(), options: ForwardOptions(arithmetic: .int8), format: format)
            )
        }

        private func expectNoAllocation(_ runner: ModelRunner) throws {
            let sequence = runner.cache.makeSequence()
            let ids: [Int32] = [5, 6, 7, 8, 9, 10, 11, 12]
            var batch = Batch()
            batch.reserve(tokens: 16, sequences: 2)
            func step(_ id: Int32) throws -> Float {
                batch.removeAll()
                batch.append(id, to: sequence)
                return try runner.model.forward(batch, cache: runner.cache, workspace: runner.workspace)[0]
            }
            for id in ids { _ = try step(id) }
            // Other tests run beside this one and allocate: of several tries the quietest counts.
            var fewest = Int64.max
            for round in 0..<50 where fewest > 0 {
                allocation_counter_start()
                for id in ids { _ = try step(id) }
                fewest = min(fewest, allocation_counter_stop())
                if round % 4 == 3 { runner.cache.truncate(sequence, to: 8) }
            }
            #expect(fewest == 0, "allocations in \(ids.count) tokens")
        }
    }
#endif

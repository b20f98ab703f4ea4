import DeepSeekTensors
import Testing

#if os(Linux)
    @Suite struct SystemMemoryTests {
        @Test func linuxSaysWhatIsUsedAndFree() throws {
            let peak = try #require(SystemMemory.peakResident)
            let anonymous = try #require(SystemMemory.anonymous)
            #expect(peak >= 1 << 20 && anonymous > 0)
            #expect(try #require(SystemMemory.available) > 1 << 20)
        }
    }
#endif

import DeepSeekTensors
import Testing

@Suite struct InstructionSetTests {
    @Test func theBestIsTakenUnlessForced() throws {
        #expect(try InstructionSet.selected(forced: nil) == InstructionSet.available.last)
        #expect(try InstructionSet.selected(forced: "") == InstructionSet.available.last)
        #expect(try InstructionSet.selected(forced: "scalar") == .scalar)
    }

    @Test func unknownAndUnavailableNamesAreErrors() {
        #expect { try InstructionSet.selected(forced: "mmx") } throws: {
            ($0 as? InstructionSetError)?.code == .unknown
        }
        #expect { try InstructionSet.selected(forced: "amx") } throws: {
            ($0 as? InstructionSetError)?.code == .unavailable
        }
        for set in InstructionSet.allCases where !set.isAvailable {
            #expect { try InstructionSet.selected(forced: set.rawValue) } throws: {
                ($0 as? InstructionSetError)?.code == .unavailable && "\($0)".contains("scalar")
            }
        }
    }
}

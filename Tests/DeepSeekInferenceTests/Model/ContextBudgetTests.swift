import DeepSeekInference
import DeepSeekModel
import DeepSeekTensors
import Testing

@Suite(.enabled(if: Shared.isPresent, Shared.reason)) struct ContextBudgetTests {
    /// 1,000 bytes per token; the model has 163,840 positions.
    private func budget(available: Int?, weights: Int = 0, workspace: Int = 0) throws -> ContextBudget {
        ContextBudget(
            configuration: try Shared.tiny().configuration,
            layout: CacheLayout(layers: 10, segments: [20, 5], format: .float32), weightBytes: weights,
            workspaceBytes: workspace, availableBytes: available)
    }

    @Test func takesTheSmallest() throws {
        #expect(try budget(available: nil).defaultContext() == 32_768)
        #expect(try budget(available: 1 << 40).defaultContext() == 32_768)
        // Beside workspace and weights, in whole pages.
        #expect(try budget(available: 10_000_000, weights: 4_000_000, workspace: 1_000_000).defaultContext() == 4_992)
        // Weights that do not fit leave a quarter.
        #expect(try budget(available: 9_000_000, weights: 1 << 40, workspace: 1_000_000).defaultContext() == 1_984)
    }

    @Test func saysWhatIsMissing() throws {
        let budget = try budget(available: 1_000_000, workspace: 999_999)
        do {
            _ = try budget.defaultContext()
            Issue.record("accepted")
        } catch {
            #expect(error.code == .notEnoughMemory)
            #expect(error.description.contains("1000000 bytes of memory are available"))
        }
    }

    /// What does not fit is refused with the number, before anything is allocated.
    @Test func aContextThatDoesNotFitIsRefused() throws {
        let model = try Shared.tiny()
        let layout = CacheLayout(layers: model.configuration.layers, segments: [1 << 30], format: .float32)
        #expect {
            _ = try LatentCache(layout: layout, tokens: 4_096)
        } throws: { error in
            guard let error = error as? ModelError else { return false }
            return error.code == .notEnoughMemory
                && error.description.contains("\(layout.bytesPerToken) per token")
        }
    }
}

import Synchronization

/// The figures of an engine, written by its thread without a lock and read by any. Each is right; two of them may be of
/// different steps.
package final class FigureBoard: Sendable {
    /// Requests that were accepted and have not ended. Callers count them up, since they are refused where there are too
    /// many.
    let inFlight = Atomic(0)
    let running = Atomic(0)
    let lastBatchTokens = Atomic(0)
    let pagesTotal = Atomic(0)
    let pagesUsed = Atomic(0)
    let pagesCached = Atomic(0)
    let promptTokens = Atomic(0)
    let cachedPromptTokens = Atomic(0)
    let generatedTokens = Atomic(0)
    let finishedRequests = Atomic(0)
    let preemptions = Atomic(0)
    let steps = Atomic(0)
    let forwardNanoseconds = Atomic(0)
    let samplingNanoseconds = Atomic(0)
    let schedulingNanoseconds = Atomic(0)
    let diskPagesRead = Atomic(0)
    let diskPagesWritten = Atomic(0)
    let diskFailures = Atomic(0)

    package init() {}

    /// Counts a request, unless so many are there already.
    func admit(limit: Int) -> Bool {
        guard inFlight.wrappingAdd(1, ordering: .relaxed).newValue > limit else { return true }
        inFlight.wrappingSubtract(1, ordering: .relaxed)
        return false
    }

    var figures: EngineFigures {
        func value(_ atomic: borrowing Atomic<Int>) -> Int { atomic.load(ordering: .relaxed) }
        func seconds(_ atomic: borrowing Atomic<Int>) -> Double { Double(value(atomic)) * 1e-9 }
        var figures = EngineFigures()
        figures.running = value(running)
        figures.queued = max(value(inFlight) - figures.running, 0)
        figures.lastBatchTokens = value(lastBatchTokens)
        figures.pagesTotal = value(pagesTotal)
        figures.pagesUsed = value(pagesUsed)
        figures.pagesCached = value(pagesCached)
        figures.promptTokens = value(promptTokens)
        figures.cachedPromptTokens = value(cachedPromptTokens)
        figures.generatedTokens = value(generatedTokens)
        figures.finishedRequests = value(finishedRequests)
        figures.preemptions = value(preemptions)
        figures.steps = value(steps)
        figures.forwardSeconds = seconds(forwardNanoseconds)
        figures.samplingSeconds = seconds(samplingNanoseconds)
        figures.schedulingSeconds = seconds(schedulingNanoseconds)
        figures.diskPagesRead = value(diskPagesRead)
        figures.diskPagesWritten = value(diskPagesWritten)
        figures.diskFailures = value(diskFailures)
        return figures
    }
}

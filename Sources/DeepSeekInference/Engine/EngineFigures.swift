import DeepSeekJSON

/// What an engine does, at one moment and since it started. The counters only grow.
public struct EngineFigures: Sendable, Hashable {
    /// Requests that wait, and those that are being computed.
    public var queued = 0
    public var running = 0
    /// Tokens of the last step, prompts and answers together.
    public var lastBatchTokens = 0

    /// Pages of the pool; those that sequences hold; and those that only wait to be used again as a prefix.
    public var pagesTotal = 0
    public var pagesUsed = 0
    public var pagesCached = 0

    /// Tokens of all prompts so far; those of them that were cached; and tokens of all answers.
    public var promptTokens = 0
    public var cachedPromptTokens = 0
    public var generatedTokens = 0

    /// Requests that ended, in whatever way.
    public var finishedRequests = 0
    /// How often a sequence gave its pages to others and was computed again later.
    public var preemptions = 0
    /// Forward passes, and the seconds that they took; the seconds of choosing tokens and writing them as text; and those
    /// of all else between steps.
    public var steps = 0
    public var forwardSeconds = 0.0
    public var samplingSeconds = 0.0
    public var schedulingSeconds = 0.0

    /// Pages of prefixes that were read from the disk, that were written there, and that could not be written.
    public var diskPagesRead = 0
    public var diskPagesWritten = 0
    public var diskFailures = 0

    public init() {}

    public var json: JSONValue {
        [
            "queued": .integer(queued), "running": .integer(running), "last_batch_tokens": .integer(lastBatchTokens),
            "pages_total": .integer(pagesTotal), "pages_used": .integer(pagesUsed),
            "pages_cached": .integer(pagesCached), "prompt_tokens": .integer(promptTokens),
            "cached_prompt_tokens": .integer(cachedPromptTokens), "generated_tokens": .integer(generatedTokens),
            "finished_requests": .integer(finishedRequests), "preemptions": .integer(preemptions),
            "steps": .integer(steps), "forward_seconds": .number(forwardSeconds),
            "sampling_seconds": .number(samplingSeconds), "scheduling_seconds": .number(schedulingSeconds),
            "disk_pages_read": .integer(diskPagesRead), "disk_pages_written": .integer(diskPagesWritten),
            "disk_failures": .integer(diskFailures),
        ]
    }
}

import DeepSeekInference

extension PrometheusText {
    mutating func append(_ figures: EngineFigures) {
        let gauges: [(String, String, Int)] = [
            ("queue_length", "Requests that wait.", figures.queued),
            ("running_sequences", "Requests that are being computed.", figures.running),
            ("batch_tokens", "Tokens of the last step.", figures.lastBatchTokens),
            ("cache_pages", "Pages of the pool.", figures.pagesTotal),
            ("cache_pages_used", "Pages that sequences hold.", figures.pagesUsed),
            ("cache_pages_cached", "Pages that wait to be used again as a prefix.", figures.pagesCached),
        ]
        for (name, help, value) in gauges {
            family("deepseek_engine_\(name)", "gauge", help)
            sample("deepseek_engine_\(name)", [], Double(value))
        }
        let counters: [(String, String, Double)] = [
            ("prompt_tokens", "Tokens of prompts.", Double(figures.promptTokens)),
            ("cached_prompt_tokens", "Tokens of prompts that the cache held.", Double(figures.cachedPromptTokens)),
            ("generated_tokens", "Tokens of answers.", Double(figures.generatedTokens)),
            ("finished_requests", "Requests that ended.", Double(figures.finishedRequests)),
            ("preemptions", "Sequences that gave up their pages for a while.", Double(figures.preemptions)),
            ("steps", "Forward passes.", Double(figures.steps)),
            ("forward_seconds", "Time of forward passes.", figures.forwardSeconds),
            ("sampling_seconds", "Time of choosing tokens and writing them as text.", figures.samplingSeconds),
            ("scheduling_seconds", "Time between passes.", figures.schedulingSeconds),
            ("disk_pages_read", "Pages of prefixes from the disk.", Double(figures.diskPagesRead)),
            ("disk_pages_written", "Pages of prefixes to the disk.", Double(figures.diskPagesWritten)),
            ("disk_failures", "Pages that could not be written.", Double(figures.diskFailures)),
        ]
        for (name, help, value) in counters {
            family("deepseek_engine_\(name)_total", "counter", help)
            sample("deepseek_engine_\(name)_total", [], value)
        }
    }
}

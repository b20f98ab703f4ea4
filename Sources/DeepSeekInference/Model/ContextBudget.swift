import DeepSeekModel

/// How long a context the memory has room for.
package struct ContextBudget {
    package let configuration: ModelConfiguration
    package let layout: CacheLayout
    /// Bytes of the mapped weights.
    package let weightBytes: Int
    /// What a workspace takes.
    package let workspaceBytes: Int
    /// What the system can still give; nil where it does not say.
    package let availableBytes: Int?

    package init(
        configuration: ModelConfiguration, layout: CacheLayout, weightBytes: Int, workspaceBytes: Int,
        availableBytes: Int?
    ) {
        self.configuration = configuration
        self.layout = layout
        self.weightBytes = weightBytes
        self.workspaceBytes = workspaceBytes
        self.availableBytes = availableBytes
    }

    /// The smallest of the model's positions, what fits in memory, and ``LoadOptions/defaultContextLimit``.
    ///
    /// The cache may take what is left beside the workspace and the weights. Weights that do not fit are read again and
    /// again from the disk whatever the cache takes, so then it may take a quarter of the memory.
    package func defaultContext() throws(InferenceError) -> Int {
        let wanted = min(configuration.maximumPositions, LoadOptions.defaultContextLimit)
        guard let availableBytes else { return wanted }
        let room = availableBytes - workspaceBytes
        let cacheBytes = max(room - weightBytes, room / 4)
        let bytesPerToken = max(layout.bytesPerToken, 1)
        let fitting = cacheBytes / bytesPerToken / CacheLayout.pageTokens * CacheLayout.pageTokens
        guard fitting > 0 else {
            throw InferenceError(
                .notEnoughMemory,
                "\(availableBytes) bytes of memory are available; working memory takes \(workspaceBytes), and the "
                    + "cache \(layout.bytesPerToken) per token, in pages of \(CacheLayout.pageTokens); close other "
                    + "programs, or use a smaller chunk")
        }
        return min(wanted, fitting)
    }
}

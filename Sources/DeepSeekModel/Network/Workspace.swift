import DeepSeekTensors

/// Everything that a forward pass writes, sized once: threads, activations of up to `maximumRows` rows, and the plan of
/// the batch. One thread uses it at a time.
public final class Workspace {
    public let options: ForwardOptions
    /// Tokens of one batch.
    public let maximumRows: Int
    /// Called with every mixture layer's choices: layer, experts `[rows, k]` by falling weight, and their weights.
    package var observeRouting:
        ((_ layer: Int, _ experts: UnsafeBufferPointer<Int32>, _ weights: UnsafeBufferPointer<Float>) -> Void)?
    /// Called with every product before it is computed.
    package var observeProduct: ((ProductTask) -> Void)?

    let pool: WorkerPool
    let kernels: Kernels
    let hiddenSize: Int
    /// Whether what enters a product is rounded to bfloat16.
    var rounds: Bool { options.arithmetic == .bfloat16 }

    let plan = BatchPlan()
    /// The residual stream, `[rows, hidden]`.
    let hidden: FloatBuffer
    let normed: FloatBuffer
    /// Cosines and sines per row.
    let rotations: FloatBuffer
    let queryLatents: FloatBuffer
    let queries: FloatBuffer
    /// What goes into the cache, `[rows, cacheWidth]`.
    let latents: FloatBuffer
    let attended: FloatBuffer
    /// Expansion of latents for prompts: rows of the cache, and keys and values per head.
    let cachedRows: FloatBuffer
    let expanded: FloatBuffer
    /// The same in 8 bits, see ``ExpandedPages``.
    let expandedPages: FloatBuffer
    /// Queries and outputs of the absorbed form, see ``AbsorbedMemory``.
    let absorbed: FloatBuffer
    /// Running softmax of expanded attention, `[heads, rows]`.
    let maxima: FloatBuffer
    let sums: FloatBuffer
    let routing: Routing
    let gathered: FloatBuffer
    let expertHidden: FloatBuffer
    let expertOutput: FloatBuffer
    /// Inside the dense layers and the shared experts.
    let sharedHidden: FloatBuffer
    /// `[logit rows, vocabulary]`, grown when more rows are asked for.
    let logits = ScratchArray<Float>()
    private let tasks: TaskList
    /// Where the arithmetic is int8 or bfloat16.
    private let quantizedInputs: QuantizedInputs?

    /// - Parameter threads: nil takes as many as the process may really use.
    public init(
        _ configuration: ModelConfiguration, options: ForwardOptions = ForwardOptions(), maximumRows: Int = 512,
        instructionSet: InstructionSet, threads: Int? = nil
    ) throws(ModelError) {
        self.options = options
        self.maximumRows = maximumRows
        hiddenSize = configuration.hiddenSize
        kernels = Kernels(instructionSet)
        let sizes = WorkspaceSizes(configuration, rows: maximumRows, arithmetic: options.arithmetic)
        if let available = SystemMemory.available, sizes.bytes > available {
            throw ModelError(
                .notEnoughMemory,
                "working memory for \(maximumRows) tokens at once takes \(sizes.bytes) bytes, and \(available) are "
                    + "available; use a smaller chunk")
        }
        do throws(MemoryError) {
            pool = try WorkerPool(count: threads ?? ProcessorCount.usable, scratch: sizes.scratch)
            hidden = try FloatBuffer(count: sizes.hidden)
            normed = try FloatBuffer(count: sizes.hidden)
            rotations = try FloatBuffer(count: sizes.rotations)
            queryLatents = try FloatBuffer(count: sizes.queryLatents)
            queries = try FloatBuffer(count: sizes.queries)
            latents = try FloatBuffer(count: sizes.latents)
            attended = try FloatBuffer(count: sizes.attended)
            cachedRows = try FloatBuffer(count: sizes.cachedRows)
            expanded = try FloatBuffer(count: sizes.expanded)
            expandedPages = try FloatBuffer(count: sizes.expandedPages)
            maxima = try FloatBuffer(count: sizes.softmax)
            sums = try FloatBuffer(count: sizes.softmax)
            routing = try Routing(rows: maximumRows, configuration: configuration.mixture)
            gathered = try FloatBuffer(count: sizes.gathered)
            expertHidden = try FloatBuffer(count: sizes.expertHidden)
            expertOutput = try FloatBuffer(count: sizes.gathered)
            sharedHidden = try FloatBuffer(count: sizes.sharedHidden)
            absorbed = try FloatBuffer(count: sizes.absorbed)
            let products = (configuration.mixture?.routedExperts ?? 0) + 3
            quantizedInputs =
                options.arithmetic != .float32
                ? try QuantizedInputs(bytes: sizes.quantizedBytes, capacity: products) : nil
            tasks = TaskList(capacity: products)
        } catch {
            throw ModelError(.notEnoughMemory, "working memory for \(maximumRows) tokens at once: \(error.message)")
        }
    }

    /// Bytes that a workspace takes, threads' scratch and one row of logits included.
    public static func byteCount(
        _ configuration: ModelConfiguration, arithmetic: ArithmeticType = .float32, maximumRows: Int = 512, threads: Int
    ) -> Int {
        let sizes = WorkspaceSizes(configuration, rows: maximumRows, arithmetic: arithmetic)
        return sizes.bytes + (threads * sizes.scratch + configuration.vocabularySize) * MemoryLayout<Float>.size
    }

    // MARK: Running work

    /// Work per row: too little to wake other threads for when there is a single row.
    func forRows<Work: ParallelWork>(_ work: Work, rows: Int) {
        if rows == 1 {
            work.execute(part: 0, of: 1, scratch: pool.callerScratch)
        } else {
            pool.run(work)
        }
    }

    func roundRows(_ x: UnsafeMutablePointer<Float>, width: Int) {
        if rounds { kernels.roundToBFloat16(x, count: plan.rows * width) }
    }

    /// Products that run together. Results are rounded when the arithmetic is bfloat16, unless they are sums that stay
    /// in float32: the residual stream, the router's scores, logits.
    ///
    /// Three at most, and not a variable number: that would allocate an array for every call.
    func multiply(
        _ first: ProductTask, _ second: ProductTask? = nil, _ third: ProductTask? = nil, rounds: Bool = true
    ) {
        let list = taskList()
        list.append(first)
        if let second { list.append(second) }
        if let third { list.append(third) }
        multiply(list, rounds: rounds)
    }

    func multiply(_ list: TaskList, rounds: Bool = true) {
        if let observeProduct { for task in list.all { observeProduct(task) } }
        if let quantizedInputs { quantize(list, into: quantizedInputs) }
        let product = GroupedProduct(list.all, kernels: kernels, rounds: rounds && self.rounds)
        pool.run(product, perThread: product.partsPerThread)
    }

    /// Inputs of fewer numbers than this are quantised by the caller alone.
    private static let sharedQuantization = 32_768

    private func quantize(_ list: TaskList, into inputs: QuantizedInputs) {
        inputs.removeAll()
        for index in list.mutable.indices {
            let task = list.mutable[index]
            guard isQuantized(task.weights), task.up.map(isQuantized) != false else { continue }
            list.mutable[index].quantized = inputs.place(task)
        }
        guard !inputs.all.isEmpty else { return }
        let work = QuantizeInputs(inputs: inputs.all, kernels: kernels)
        if inputs.elements < Self.sharedQuantization {
            work.execute(part: 0, of: 1, scratch: pool.callerScratch)
        } else {
            pool.run(work)
        }
    }

    /// Whether inputs of a product with such weights take another form first.
    private func isQuantized(_ weights: WeightMatrix) -> Bool {
        switch options.arithmetic {
        case .float32: false
        case .int8: weights.isPacked
        case .bfloat16: weights.format == .elements(.bfloat16) && kernels.hasBFloat16Products
        }
    }

    /// The list, emptied: there is one, since products run one group after another.
    func taskList() -> TaskList {
        tasks.removeAll()
        return tasks
    }
}

import DeepSeekInference
import DeepSeekJSON

/// What an ``EngineBenchmark`` measured, over all timed runs.
public struct EngineResult: Sendable {
    public let sequences: Int
    public let prompt: Int
    public let shared: Int
    public let generation: Int
    /// Tokens of all answers per second, prompts included in the time; by run.
    public private(set) var rates: [Double] = []
    /// Seconds to the first token, of all requests of all runs.
    private var waits: [Double] = []
    private var forward = 0.0
    private var sampling = 0.0
    private var scheduling = 0.0
    private var steps = 0
    private var preemptions = 0

    init(sequences: Int, prompt: Int, shared: Int, generation: Int) {
        self.sequences = sequences
        self.prompt = prompt
        self.shared = shared
        self.generation = generation
    }

    mutating func note(seconds: Double, waits: [Double], before: EngineFigures, after: EngineFigures) {
        rates.append(Double(sequences * generation) / seconds)
        self.waits += waits
        forward += after.forwardSeconds - before.forwardSeconds
        sampling += after.samplingSeconds - before.samplingSeconds
        scheduling += after.schedulingSeconds - before.schedulingSeconds
        steps += after.steps - before.steps
        preemptions += after.preemptions - before.preemptions
    }

    public var tokensPerSecond: Double? { SpeedResult.median(rates) }
    public var medianWait: Double? { SpeedResult.median(waits) }
    public var longestWait: Double? { waits.max() }
    /// Of the time of all steps.
    public var schedulingShare: Double { scheduling / (forward + sampling + scheduling) }
    public var samplingShare: Double { sampling / (forward + sampling + scheduling) }

    public var json: JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map(JSONValue.number) ?? .null }
        return [
            "sequences": .integer(sequences), "prompt": .integer(prompt), "shared": .integer(shared),
            "generate": .integer(generation), "tokens_per_second": number(tokensPerSecond),
            "runs": .array(rates.map(JSONValue.number)), "median_seconds_to_first_token": number(medianWait),
            "longest_seconds_to_first_token": number(longestWait), "steps": .integer(steps),
            "preemptions": .integer(preemptions), "forward_seconds": .number(forward),
            "sampling_seconds": .number(sampling), "scheduling_seconds": .number(scheduling),
            "scheduling_share": .number(schedulingShare), "sampling_share": .number(samplingShare),
        ]
    }
}

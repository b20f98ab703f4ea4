import DeepSeekJSON
import DeepSeekTensors

/// What a machine can do, measured: every other figure is also given as a share of these.
public struct MachineFigures: Sendable, Hashable {
    public let processor: String
    /// That the process may really use: affinity and control group.
    public let threads: Int
    public let caches: [ProcessorCache]
    public let bandwidths: [ReadBandwidth]
    public let ceilings: [ProductCeiling]

    public static func measure(threads: Int? = nil) throws -> MachineFigures {
        let threads = threads ?? ProcessorCount.usable
        return MachineFigures(
            processor: ProcessorCache.processorName ?? "unknown processor", threads: threads,
            caches: ProcessorCache.all, bandwidths: try ReadBandwidth.measure(threads: threads),
            ceilings: try ProductCeiling.measure(threads: threads))
    }

    /// Bytes per second with all threads.
    public var bandwidth: Double { bandwidths.last?.bytesPerSecond ?? .nan }

    /// Operations per second of an instruction set; of scalar code there is no ceiling.
    public func ceiling(_ instructionSet: InstructionSet, elements: String) -> Double {
        ceilings.first { $0.instructionSet == instructionSet.rawValue && $0.elements == elements }?.operationsPerSecond
            ?? .nan
    }

    public var json: JSONValue {
        [
            "processor": .string(processor), "threads": .integer(threads),
            "caches": .array(
                caches.map { ["level": .integer($0.level), "kind": .string($0.kind), "bytes": .integer($0.bytes)] }),
            "read_bandwidth": .array(
                bandwidths.map { ["threads": .integer($0.threads), "bytes_per_second": .number($0.bytesPerSecond)] }),
            "product_ceilings": .array(
                ceilings.map {
                    [
                        "instruction_set": .string($0.instructionSet), "elements": .string($0.elements),
                        "operations_per_second": .number($0.operationsPerSecond),
                    ]
                }),
        ]
    }
}

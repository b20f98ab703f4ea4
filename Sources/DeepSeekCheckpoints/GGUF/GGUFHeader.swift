/// What stands before the numbers in a GGUF file: metadata by name, and the tensors.
package struct GGUFHeader: Sendable, Hashable {
    /// Versions 2 and 3 differ only in that 3 may be big-endian.
    package static let versions: ClosedRange<UInt32> = 2...3
    private static let magic = UInt32(littleEndian: 0x4655_4747)
    private static let largestDimensions = 4

    package let metadata: [String: GGUFValue]
    /// In the order of the file.
    package let tensors: [GGUFTensor]

    /// - Parameter bytes: the whole file.
    package static func parse(_ bytes: UnsafeRawBufferPointer, path: String) throws(CheckpointError) -> GGUFHeader {
        var reader = GGUFReader(bytes, path: path)
        guard bytes.count >= 4, try reader.number(UInt32.self, of: "the header") == magic else {
            throw reader.error(.malformed, "this is not a GGUF file: it does not begin with \"GGUF\"")
        }
        let version = try reader.number(UInt32.self, of: "the header")
        guard version.byteSwapped > versions.upperBound || version == 0 else {
            throw reader.error(.unsupportedFormat, "the file is big-endian; convert the model again on this machine")
        }
        guard versions.contains(version) else {
            let mend = version == 1 ? "convert the model again" : "use a newer program, or convert the model again"
            throw reader.error(
                .unsupportedFormat,
                "the file is GGUF version \(version), and versions \(versions.lowerBound) and \(versions.upperBound) are "
                    + "read here; \(mend)")
        }
        // Name, number of dimensions, one of them, type, offset; and name, type, one byte.
        let tensorCount = try reader.count(of: "tensors", size: 8 + 4 + 8 + 4 + 8)
        let metadataCount = try reader.count(of: "metadata values", size: 8 + 4 + 1)
        let metadata = try readMetadata(&reader, count: metadataCount)
        let infos = try readInfos(&reader, count: tensorCount)

        let alignment = metadata["general.alignment"] ?? .integer(32)
        guard case .integer(let step) = alignment, (1...(1 << 20)).contains(step), step & (step - 1) == 0 else {
            throw reader.error(.malformed, "\"general.alignment\" must be a power of two")
        }
        let start = (reader.position + step - 1) / step * step
        return GGUFHeader(
            metadata: metadata, tensors: try place(infos, from: start, alignment: step, in: bytes.count, reader))
    }

    private static func readMetadata(
        _ reader: inout GGUFReader, count: Int
    ) throws(CheckpointError) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for _ in 0..<count {
            let key = try reader.string(of: "the name of a metadata value")
            let what = "metadata \(quoted(key))"
            let value = try reader.value(try reader.kind(of: what), of: what)
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw reader.error(.malformed, "\(what) is there a second time")
            }
        }
        return metadata
    }

    /// A tensor before its place is known to lie in the file.
    private typealias Info = (name: String, type: GGUFType, shape: [Int], byteCount: Int, offset: Int)

    private static func readInfos(_ reader: inout GGUFReader, count: Int) throws(CheckpointError) -> [Info] {
        var infos: [Info] = []
        var names: Set<String> = []
        for _ in 0..<count {
            let name = try reader.string(of: "the name of a tensor")
            let what = "tensor \(quoted(name))"
            let dimensions = try reader.number(UInt32.self, of: what)
            guard (1...UInt32(largestDimensions)).contains(dimensions) else {
                throw reader.error(
                    .malformed, "\(what) has \(dimensions) dimensions; 1 to \(largestDimensions) are allowed")
            }
            var shape: [Int] = []
            for _ in 0..<dimensions {
                let extent = try reader.number(UInt64.self, of: what)
                guard let extent = Int(exactly: extent), extent > 0 else {
                    throw reader.error(.malformed, "\(what) has an extent of \(extent)")
                }
                shape.insert(extent, at: 0)
            }
            let number = try reader.number(UInt32.self, of: what)
            guard let type = GGUFType(rawValue: number) else {
                let known = GGUFType.allCases.map(\.name).joined(separator: ", ")
                throw reader.error(
                    .unsupportedType,
                    "\(what) has type \(GGUFTypeNames.name(of: number)), which is not read here; take a file with one of "
                        + known)
            }
            guard var byteCount = type.rowBytes(columns: shape.last ?? 0) else {
                throw reader.error(
                    .wrongShape,
                    "\(what) of shape \(describe(shape)) cannot be \(type.name), which comes in blocks of "
                        + "\(type.blockElements)")
            }
            for extent in shape.dropLast() {
                let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
                guard !overflow else { throw reader.error(.malformed, "\(what) is larger than any file") }
                byteCount = product
            }
            let offset = try reader.number(UInt64.self, of: what)
            guard let offset = Int(exactly: offset) else {
                throw reader.error(.malformed, "\(what) begins beyond any file")
            }
            guard names.insert(name).inserted else {
                throw reader.error(.duplicateTensor, "\(what) is there a second time")
            }
            infos.append((name, type, shape, byteCount, offset))
        }
        return infos
    }

    private static func place(
        _ infos: [Info], from start: Int, alignment: Int, in size: Int, _ reader: GGUFReader
    ) throws(CheckpointError) -> [GGUFTensor] {
        var tensors: [GGUFTensor] = []
        for info in infos {
            guard info.offset.isMultiple(of: alignment) else {
                throw reader.error(
                    .malformed,
                    "tensor \(quoted(info.name)) begins at \(info.offset), which is not aligned to \(alignment)")
            }
            guard start <= size, info.offset <= size - start, info.byteCount <= size - start - info.offset else {
                throw reader.error(
                    .truncated, "the file ends before tensor \(quoted(info.name)) does; download or copy it again")
            }
            let first = start + info.offset
            tensors.append(
                GGUFTensor(
                    name: info.name, type: info.type, shape: info.shape, range: first..<(first + info.byteCount)))
        }
        let order = tensors.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (one, next) in zip(order, order.dropFirst()) where next.range.lowerBound < one.range.upperBound {
            throw reader.error(
                .overlapping, "tensors \(quoted(one.name)) and \(quoted(next.name)) claim the same bytes")
        }
        return tensors
    }
}

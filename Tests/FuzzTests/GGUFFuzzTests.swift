import DeepSeekCheckpoints
import DeepSeekModel
import DeepSeekTensors
import DeepSeekTokenizer
import Foundation
import GGUFTestFiles
import Testing

@Suite struct GGUFFuzzTests {
    @Test func mutatedHeadersAreSoundOrRefused() {
        var mutator = Mutator(seed: 71)
        let files = [GGUFTinyModel.llama().bytes, GGUFTinyModel.llama(quantized: true).bytes]
        let headers = files.map { file in
            file.withUnsafeBytes { (try? GGUFHeader.parse($0, path: "x"))?.tensors.first?.range.lowerBound ?? 0 }
        }
        var accepted = 0
        for iteration in 0..<Mutator.iterations {
            // Mostly the header, since most of a file is numbers.
            let (file, header) = (files[iteration % 2], headers[iteration % 2])
            let bytes =
                mutator.below(4) == 0
                ? mutator.mutate(file) : mutator.mutate(Array(file[..<header])) + Array(file[header...])
            guard let parsed = bytes.withUnsafeBytes({ try? GGUFHeader.parse($0, path: "x") }) else { continue }
            accepted += 1
            for tensor in parsed.tensors {
                #expect(tensor.range.lowerBound >= 0 && tensor.range.upperBound <= bytes.count)
                #expect(tensor.rows * tensor.rowBytes == tensor.range.count)
            }
        }
        #expect(accepted > 0)
    }

    /// Numbers of the header replaced one at a time, and the model then opened to the last weight.
    @Test func modelsWithOtherNumbersAreSoundOrRefused() throws {
        var mutator = Mutator(seed: 72)
        let numbers: [UInt32] = [0, 1, 2, 3, 7, 8, 16, 31, 33, 64, 255, 65_536, 1 << 20, 1 << 24, 0x7FFF_FFFF, .max]
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).gguf").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        var accepted = 0
        for iteration in 0..<Mutator.iterations / 4 {
            var file = GGUFTinyModel.llama(quantized: iteration % 2 == 0)
            for _ in 0...mutator.below(3) {
                let index = mutator.below(file.metadata.count)
                let number = numbers[mutator.below(numbers.count)]
                switch mutator.below(6) {
                case 0: file.metadata[index].1 = .uint32(number)
                case 1: file.metadata[index].1 = .float32(Float(bitPattern: number))
                case 2: file.metadata.remove(at: index)
                case 3: file.metadata.append(("llama.attention.key_length", .uint32(number)))
                case 4: file.tensors.remove(at: mutator.below(file.tensors.count))
                default: file.tensors[mutator.below(file.tensors.count)].shape.reverse()
                }
            }
            try Data(file.bytes).write(to: URL(filePath: path))
            if (try? Checkpoint.hasEmbeddedTokenizer(path)) == true,
                let embedded = try? Checkpoint.embeddedTokenizer(path)
            {
                _ = try? Tokenizer(json: embedded.tokenizer, name: path)
                _ = try? TokenizerConfiguration(json: embedded.configuration, name: path)
            }
            guard let checkpoint = try? Checkpoint(folder: path) else { continue }
            for name in checkpoint.tensorNames {
                let tensor = checkpoint.tensor(named: name)
                #expect(tensor?.bytes.count == tensor?.byteCount)
            }
            guard (try? DecoderModel(checkpoint)) != nil else { continue }
            accepted += 1
        }
        #expect(accepted > 0)
    }
}

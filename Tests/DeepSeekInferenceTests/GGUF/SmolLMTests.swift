import DeepSeekInference
import DeepSeekModel
import Foundation
import Testing

/// A model that people use, from the one file that it is.
@Suite(.enabled(if: SmolLM.isPresent, SmolLM.reason), .serialized) struct SmolLMTests {
    private func open(_ arithmetic: ArithmeticType) throws -> LanguageModel {
        try LanguageModel.load(
            #require(SmolLM.path), options: LoadOptions(arithmetic: arithmetic, contextLength: 512))
    }

    @Test(arguments: [ArithmeticType.float32, .bfloat16, .int8])
    func answersQuestions(arithmetic: ArithmeticType) async throws {
        let model = try open(arithmetic)
        let chat = ChatSession(model, sampling: SamplingParameters(temperature: 0, maximumTokens: 24))
        var answer = ""
        for try await event in try chat.send("What is the capital of France?") { answer += event.text }
        #expect(answer.contains("Paris"))
    }

    /// Template and special tokens are the file's.
    @Test func theTemplateComesFromTheFile() throws {
        let model = try open(.float32)
        let ids = try model.promptIDs(messages: [["role": "user", "content": "Hi <|im_end|>"]])
        let text = try #require(model.tokenizer?.decode(ids))
        #expect(text.hasPrefix("<|im_start|>system\nYou are a helpful AI assistant named SmolLM"))
        #expect(text.hasSuffix("<|im_start|>user\nHi <|im_end|><|im_end|>\n<|im_start|>assistant\n"))
        // The turns end with the token, and what the user wrote is not one.
        #expect(ids.count { $0 == 2 } == 2 && model.endsOfSequence == [2])
    }

    private static let text = """
        It was the best of times, it was the worst of times. def add(a, b):
            return a + b  # 1234567 and 3.14
        The capital of France is Paris, isn't it? They've said "we'll see". Größe, naïve, 北京, émigré.

        A cup of tea costs two pounds, and the shop sells ninety of them on a cold day. How much does it take in a week?
        """

    /// llama.cpp on the same file rounds what enters its products to eight bits, so that its logits differ from exact ones;
    /// with the weights as float32, they agree to the rounding of sums.
    @Test(.enabled(if: SmolLM.hasPeer, SmolLM.peerReason)) func logitsAreThoseOfLlamaCpp() throws {
        let path = try #require(SmolLM.path)
        let folder = FileManager.default.temporaryDirectory.appending(path: "smollm-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let result = try SmolLM.python(Self.script, path, folder.path, Self.text)
        try #require(result.status == 0, "\(result.output)")
        func read<Value: BitwiseCopyable>(_ name: String, _ type: Value.Type) throws -> [Value] {
            try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes { Array($0.bindMemory(to: type)) }
        }
        let ids = try read("ids", Int32.self)
        let model = try open(.float32)
        #expect(try model.promptIDs(text: Self.text, matchingSpecialTokens: false) == ids)
        var logits: [Float] = []
        try model.logits(ids: ids) { logits += $1 }
        let (same, exact) = (try read("same", Float.self), try read("exact", Float.self))
        try #require(same.count == logits.count && exact.count == logits.count)
        // Logits have a standard deviation of 6.7.
        #expect(zip(logits, exact).reduce(0) { max($0, abs($1.0 - $1.1)) } < 1e-3)
        let error = zip(logits, same).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        let size = same.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(error < 0.06 * 0.06 * size)
    }

    /// Writes the ids of a text, the logits of llama.cpp for them, and those for the same weights as float32.
    private static let script = """
        import sys, numpy as np, gguf
        from llama_cpp import Llama
        path, folder, text = sys.argv[1:]

        def logits(file, ids, **options):
            model = Llama(model_path=file, n_ctx=512, logits_all=True, verbose=False, **options)
            ids = ids or model.tokenize(text.encode(), add_bos=False, special=False)
            model.eval(ids)
            return ids, np.array(model.scores[:len(ids)], dtype=np.float32)

        ids, same = logits(path, None)
        np.array(ids, dtype=np.int32).tofile(folder + "/ids")
        same.tofile(folder + "/same")
        reader, writer = gguf.GGUFReader(path), gguf.GGUFWriter(folder + "/exact.gguf", "llama")
        for key, field in reader.fields.items():
            if key.startswith("GGUF.") or key == "general.architecture":
                continue
            if field.types[0] == gguf.GGUFValueType.ARRAY:
                writer.add_array(key, field.contents())
            else:
                writer.add_key_value(key, field.contents(), field.types[0])
        for tensor in reader.tensors:
            shape = [int(extent) for extent in reversed(tensor.shape)]
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            writer.add_tensor(tensor.name, values.astype(np.float32).reshape(shape))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        # The cache as float32, too.
        logits(folder + "/exact.gguf", ids, type_k=0, type_v=0)[1].tofile(folder + "/exact")
        """
}

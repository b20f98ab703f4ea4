import DeepSeekJSON
import Testing

@Suite struct JSONFuzzTests {
    @Test func mutatedTextParsesOrIsRefused() {
        var mutator = Mutator(seed: 1)
        let sound = Array(#"{"a": [1, -2.5e3, "x\u00e9\n", {"b": null}], "c": {"d": true, "e": "语言"}}"#.utf8)
        for _ in 0..<Mutator.iterations {
            let bytes = mutator.mutate(sound)
            guard let value = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }) else { continue }
            #expect((try? JSONValue(parsing: value.serialized())) == value)
        }
    }
}

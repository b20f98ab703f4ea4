import DeepSeekJSON
import DeepSeekLessons
import Testing

struct GradeTableTests {
    private func grades(_ right: Int, perplexity: Double) -> JSONValue {
        [
            "subjects": [
                ["subject": "addition", "asked": 200, "right": .integer(right)],
                ["subject": "sort", "asked": 100, "right": 50],
            ],
            "stories": ["perplexity": .number(perplexity), "bits_per_byte": 0.25],
        ]
    }

    @Test func modelsStandSideBySide() {
        let table = GradeTable([("Base", grades(41, perplexity: 1.5)), ("Chat", grades(150, perplexity: 1.0625))])
        #expect(
            table.markdown == """
                | right answers to held questions | Base | Chat |
                | --- | --- | --- |
                | addition | 20.5 % | 75.0 % |
                | sort | 50.0 % | 50.0 % |
                | **arithmetic, all five** | 20.5 % | 75.0 % |
                | **all** | 30.3 % | 66.7 % |
                | held stories: perplexity | 1.500 | 1.063 |
                | bits per byte | 0.250 | 0.250 |

                """)
    }
}

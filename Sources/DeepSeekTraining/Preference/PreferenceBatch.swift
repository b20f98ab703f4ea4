/// The examples of a step in passes; both answers of a pair are in one.
struct PreferenceBatch {
    let examples: [PreferenceExample]
    let passes: [SegmentPacking.Pass]

    /// - Parameter scoring: whether whole texts are needed, to their last token; else the last token only has to be given.
    init(_ examples: [PreferenceExample], length: Int, passSequences: Int, scoring: Bool = false) {
        self.examples = examples
        passes =
            SegmentPacking(
                examples.map { example in
                    example.answers.map { answer in
                        guard scoring else { return .init(prompt: example.prompt, following: answer) }
                        let ids = example.prompt + answer
                        return .init(ids: ids, targets: ids.map { _ in -1 })
                    }
                }, length: length, passSequences: passSequences
            ).passes
    }

    func tokenSpans(_ pass: SegmentPacking.Pass) -> [DirectPreferenceOptimization.Span] {
        pass.places.map { place in
            .init(
                pair: place.group, isChosen: place.member == 0,
                count: examples[place.group].answers[place.member].count)
        }
    }

    func scoreSpans(_ pass: SegmentPacking.Pass) -> [RewardModelLoss.Span] {
        pass.places.map { place in
            let isPair = examples[place.group].answers.count == 2
            return .init(example: place.group, isChosen: isPair ? place.member == 0 : nil)
        }
    }
}

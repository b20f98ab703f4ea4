extension LanguageModel {
    /// Answers many requests together, on the calling thread, while the engine's own rests. All are there before the first
    /// step, so that what is computed together follows from the requests alone: the same requests give the same bits.
    ///
    /// For work in bulk, such as rollouts. The queue has no limit.
    ///
    /// - Returns: the answers, in the order of the requests.
    /// - Throws: what is wrong with a request (see ``validate(_:)``), before any is computed, or the error that ended one.
    package func answers(to requests: [GenerationRequest]) throws -> [GeneratedAnswer] {
        let collectors = requests.map { _ in AnswerCollector() }
        var jobs: [GenerationJob] = []
        for (request, collector) in zip(requests, collectors) {
            jobs.append(try job(request, cancellation: Cancellation(), receiver: .collector(collector)))
        }
        thread.borrow { engine in
            for job in jobs {
                _ = board.admit(limit: .max)
                engine.submit(job)
            }
            while !engine.isIdle { engine.step() }
        }
        return try collectors.map { try $0.answer() }
    }
}

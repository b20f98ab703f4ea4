import Dispatch
import Foundation
import Synchronization

/// Runs reward functions on threads of its own, each call within a limit of time. A call that overstays is given up: its
/// thread is left to itself (nothing can end it), and another takes its place.
package final class RewardRunner {
    private struct Call: Sendable {
        let reward: any Reward
        let sample: RewardSample
    }

    private struct State: Sendable {
        var next = 0
        /// When each running call is over its time.
        var deadlines: [Int: ContinuousClock.Instant] = [:]
        var results: [Result<Double, RewardFailure>?]
    }

    /// What the threads of one round share; a thread that was given up keeps it alive.
    private final class Round: Sendable {
        let calls: [Call]
        let limit: Duration
        let state: Mutex<State>
        let done = DispatchSemaphore(value: 0)

        init(_ calls: [Call], limit: Duration) {
            self.calls = calls
            self.limit = limit
            state = Mutex(State(results: Array(repeating: nil, count: calls.count)))
        }

        /// Takes calls until none is left, or until one of its own was given up.
        func work() {
            while let number = take() {
                let result = run(calls[number])
                let isWanted = state.withLock { state in
                    guard state.deadlines.removeValue(forKey: number) != nil else { return false }
                    state.results[number] = result
                    return true
                }
                guard isWanted else { return }
                done.signal()
            }
        }

        private func take() -> Int? {
            state.withLock { state in
                guard state.next < calls.count else { return nil }
                defer { state.next += 1 }
                state.deadlines[state.next] = .now + limit
                return state.next
            }
        }

        private func run(_ call: Call) -> Result<Double, RewardFailure> {
            do {
                let value = try call.reward.score(call.sample)
                guard value.isFinite else {
                    return .failure(RewardFailure(reward: call.reward.name, message: "gave \(value)"))
                }
                return .success(value)
            } catch {
                return .failure(RewardFailure(reward: call.reward.name, message: "\(error)"))
            }
        }

        /// Gives up what is over its time; returns how many.
        func giveUp() -> Int {
            state.withLock { state in
                let late = state.deadlines.filter { $0.value <= .now }.map(\.key)
                for number in late {
                    state.deadlines[number] = nil
                    state.results[number] = .failure(
                        RewardFailure(
                            reward: calls[number].reward.name, message: "took more than \(limit / .seconds(1)) s"))
                }
                return late.count
            }
        }
    }

    private let threads: Int
    private let limit: Duration
    /// Threads that never came back.
    private var lost = 0
    private static let mostLost = 64

    package init(threads: Int, limit: Duration) {
        self.threads = threads
        self.limit = limit
    }

    /// - Returns: for each sample the result of each reward.
    /// - Throws: ``TrainingError`` `rewardFailed` when so many calls hang that the process is full of lost threads.
    package func scores(
        _ rewards: [any Reward], _ samples: [RewardSample]
    ) throws(TrainingError) -> [[Result<Double, RewardFailure>]] {
        let calls = samples.flatMap { sample in rewards.map { Call(reward: $0, sample: sample) } }
        guard !calls.isEmpty else { return samples.map { _ in [] } }
        let round = Round(calls, limit: limit)
        for _ in 0..<min(threads, calls.count) { start(round) }
        var left = calls.count
        while left > 0 {
            // Looks for what is late ten times within the limit.
            if round.done.wait(timeout: .now() + max(limit / .seconds(10), 0.001)) == .success {
                left -= 1
                continue
            }
            let late = round.giveUp()
            left -= late
            lost += late
            guard lost <= Self.mostLost else {
                throw TrainingError(
                    .rewardFailed,
                    "\(lost) calls of rewards have not come back within \(limit / .seconds(1)) s each; mend the reward, or "
                        + "give it more time (\"reward_seconds\")")
            }
            for _ in 0..<late { start(round) }
        }
        let results = round.state.withLock { $0.results }
        return samples.indices.map { sample in
            rewards.indices.map {
                results[sample * rewards.count + $0]
                    ?? .failure(RewardFailure(reward: rewards[$0].name, message: "was not computed"))
            }
        }
    }

    private func start(_ round: Round) {
        let thread = Thread { round.work() }
        thread.name = "deepseek-reward"
        thread.stackSize = 4 << 20
        thread.start()
    }
}

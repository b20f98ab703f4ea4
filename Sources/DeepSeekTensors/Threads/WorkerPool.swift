import CDeepSeekPlatform
import Foundation

/// Threads that wait, spinning for a while and then asleep, for work that they share with the caller.
///
/// One thread at a time hands out work: the one that owns the model. Nothing here allocates after `init`.
// Unchecked: the job is written before the epoch is advanced (release) and read after it is seen (acquire); each
// worker has scratch of its own.
package final class WorkerPool: @unchecked Sendable {
    package typealias Entry = @Sendable (UnsafeRawPointer, Int, Int, UnsafeMutablePointer<Float>) -> Void

    /// Threads, the caller included.
    package let count: Int
    private let shared: Shared
    private var threads: [Thread] = []

    /// - Parameters:
    ///   - count: threads, the caller included; at least 1.
    ///   - scratch: floats of scratch memory for each of them.
    package init(count: Int, scratch: Int) throws(MemoryError) {
        self.count = max(count, 1)
        shared = try Shared(workers: self.count, scratch: scratch)
        for worker in 1..<max(self.count, 2) where worker < self.count {
            let thread = Thread { [shared] in shared.work(as: worker) }
            thread.name = "deepseek-worker-\(worker)"
            thread.stackSize = 1 << 20
            thread.start()
            threads.append(thread)
        }
    }

    deinit { shared.stop() }

    /// The function through which workers call a type's `execute`.
    package static func entry<Work: ParallelWork>(for type: Work.Type) -> Entry {
        { address, part, parts, scratch in
            address.assumingMemoryBound(to: Work.self).pointee.execute(part: part, of: parts, scratch: scratch)
        }
    }

    /// Scratch of the thread that hands out work, for what it does alone.
    package var callerScratch: UnsafeMutablePointer<Float> { shared.scratch[0].pointer }

    /// Runs all parts and returns when the last is done.
    ///
    /// - Parameter perThread: parts for each thread. With several, a thread that is held up (by memory, or by another
    ///   process on its processor) leaves the rest of its share to the others.
    package func run<Work: ParallelWork>(_ work: Work, perThread: Int = 1) {
        withUnsafePointer(to: work) { shared.run(Work.entry, UnsafeRawPointer($0), parts: count * perThread) }
    }
}

extension WorkerPool {
    /// What the threads keep alive, so that the pool itself can go while they end.
    // Unchecked: see `WorkerPool`.
    private final class Shared: @unchecked Sendable {
        private struct Job {
            var entry: Entry
            var context: UnsafeRawPointer
            var parts: Int
        }

        /// Enough spins to bridge the serial work between two products (some tens of microseconds).
        private static let spins = 5_000

        private let workers: Int
        let scratch: [FloatBuffer]
        private var job: Job?
        private var stopping = false
        /// Counters, each on a cache line of its own: epoch, workers that are still busy, sleepers, the next part.
        private let counters: UnsafeMutablePointer<UInt32>
        private var epoch: UnsafeMutablePointer<UInt32> { counters }
        private var busy: UnsafeMutablePointer<UInt32> { counters + 16 }
        private var sleepers: UnsafeMutablePointer<UInt32> { counters + 32 }
        private var next: UnsafeMutablePointer<UInt32> { counters + 48 }

        init(workers: Int, scratch count: Int) throws(MemoryError) {
            self.workers = workers
            var buffers: [FloatBuffer] = []
            for _ in 0..<workers { buffers.append(try FloatBuffer(count: count)) }
            scratch = buffers
            counters = .allocate(capacity: 64)
            counters.initialize(repeating: 0, count: 64)
        }

        deinit { counters.deallocate() }

        func run(_ entry: @escaping Entry, _ context: UnsafeRawPointer, parts: Int) {
            guard workers > 1 else { return entry(context, 0, 1, scratch[0].pointer) }
            let job = Job(entry: entry, context: context, parts: parts)
            publish(job)
            takeParts(of: job, as: 0)
            var spun = 0
            while true {
                let left = dsp_load_acquire(busy)
                if left == 0 { break }
                dsp_pause()
                spun += 1
                // A worker that lost its processor may take milliseconds: leave it this one.
                if spun > Self.spins { sched_yield() }
            }
            self.job = nil
        }

        /// Which thread takes a part is a matter of timing; what the part is is not.
        private func takeParts(of job: Job, as worker: Int) {
            while true {
                let part = Int(dsp_add(next, 1)) - 1
                guard part < job.parts else { return }
                job.entry(job.context, part, job.parts, scratch[worker].pointer)
            }
        }

        func stop() {
            stopping = true
            publish(nil)
        }

        private func publish(_ job: Job?) {
            self.job = job
            dsp_store_release(next, 0)
            dsp_store_release(busy, UInt32(workers - 1))
            _ = dsp_add(epoch, 1)
            if dsp_load(sleepers) > 0 { dsp_wake_all(epoch) }
        }

        func work(as worker: Int) {
            var seen: UInt32 = 0
            while true {
                wait(past: seen)
                seen &+= 1
                if stopping { return }
                if let job { takeParts(of: job, as: worker) }
                _ = dsp_add(busy, UInt32.max)  // one less
            }
        }

        private func wait(past seen: UInt32) {
            for _ in 0..<Self.spins {
                if dsp_load_acquire(epoch) != seen { return }
                dsp_pause()
            }
            _ = dsp_add(sleepers, 1)
            while dsp_load(epoch) == seen { dsp_wait_on_address(epoch, seen) }
            _ = dsp_add(sleepers, UInt32.max)
        }
    }
}

/// Finds the matches of a pattern as a backtracking matcher would, in linear time.
///
/// A backtracking matcher takes, at each choice, the first way that leads to a match. Which ways do is a question about
/// the text to the right, so it is answered by one pass from right to left: a deterministic automaton whose state at a
/// position is the set of instructions from which a match can be completed there. The pass from left to right then
/// never has to take a step back. Lookaheads cost nothing extra: whether one holds is part of the state.
///
/// Both automata are built in full when the tokenizer is opened, which is also when too large a pattern is refused.
struct PatternMatcher: Sendable {
    typealias State = UInt16

    private let transitions: FixedTable<State>
    private let startsMatch: FixedTable<Bool>
    private let choices: FixedTable<UInt16>
    private let shift: UInt16
    private let stateCount: Int
    private let idleClasses: UInt64

    init(_ program: PatternProgram, partition: ScalarPartition) throws(TokenizerError) {
        let automaton = try ReverseAutomaton(program, partition: partition)
        transitions = FixedTable(automaton.transitions)
        shift = UInt16(automaton.shift)
        stateCount = automaton.states.count
        var starts = [Bool](repeating: false, count: stateCount << automaton.shift)
        for (index, state) in automaton.states.enumerated() { starts[index << automaton.shift] = state[program.start] }
        startsMatch = FixedTable(starts)
        choices = FixedTable(try automaton.choices())
        let busyClasses = (0..<partition.count).filter { automaton.transitions[$0] != Tables.endState || starts[0] }
        idleClasses = ~busyClasses.reduce(0) { $0 | ScalarPartition.bit(UInt8(truncatingIfNeeded: $1)) }
    }

    /// What matching reads. Valid while the matcher lives.
    var tables: Tables {
        Tables(
            transitions: transitions.pointer, startsMatch: startsMatch.pointer, choices: choices.pointer,
            stateCount: stateCount, shift: shift, idleClasses: idleClasses)
    }

    /// The matcher as plain pointers, so that the innermost loops count no references.
    struct Tables: BitwiseCopyable {
        /// The state at the end of a text.
        static let endState: State = 0

        /// The next state to the left, at `state + class`. States are multiples of the table's row length.
        let transitions: UnsafePointer<State>
        /// Whether a match can start, by state.
        let startsMatch: UnsafePointer<Bool>
        /// The consuming instruction to take, at `instruction * stateCount + state >> shift`, where `instruction` is
        /// the one just taken (0: none yet). A result of 0 is the end of the match.
        let choices: UnsafePointer<UInt16>
        let stateCount: Int
        let shift: UInt16
        /// ``ScalarPartition/bit(_:)`` of the classes that leave the automaton in its first state, and no match there:
        /// a text of these alone has no match.
        let idleClasses: UInt64

        /// Writes the state at each position of `range`, for a text that ends with the range.
        ///
        /// - Returns: false if it is plain from the states that there is no match.
        @inline(__always)
        func prepare(
            _ classes: UnsafePointer<UInt8>, _ range: Range<Int>, states: UnsafeMutablePointer<State>
        ) -> Bool {
            var state = Self.endState
            var seen: State = 0
            var index = range.upperBound
            while index > range.lowerBound {
                index -= 1
                state = transitions[Int(state) + Int(classes[index])]
                states[index] = state
                seen |= state
            }
            return seen != 0 || startsMatch[0]
        }

        /// The leftmost match that starts at or after `position` in a range that ``prepare`` has seen; nil if there is
        /// none.
        @inline(__always)
        func firstMatch(
            from position: Int, end: Int, classes: UnsafePointer<UInt8>, states: UnsafePointer<State>
        ) -> Range<Int>? {
            var start = position
            while start < end, !startsMatch[Int(states[start])] || classes[start] == ScalarPartition.continuation {
                start += 1
            }
            guard start < end || startsMatch[Int(Self.endState)] else { return nil }

            var instruction = 0
            var index = start
            while true {
                let state = index < end ? states[index] : Self.endState
                instruction = Int(choices[instruction &* stateCount &+ Int(state >> shift)])
                if instruction == 0 { return start..<index }
                repeat { index += 1 } while index < end && classes[index] == ScalarPartition.continuation
            }
        }
    }
}

/// A text being cut: valid UTF-8, the class of each scalar, and room for one automaton state per byte.
///
/// The room is shared by all rules: a rule hands on only what lies behind the place it has come to, and a later rule
/// writes nowhere else.
struct ClassifiedText {
    let bytes: UnsafePointer<UInt8>
    let classes: UnsafePointer<UInt8>
    let states: UnsafeMutablePointer<PatternMatcher.State>
}

/// The languages that lessons are in.
public enum LessonLanguage: String, Sendable, CaseIterable {
    case english
    case chinese

    /// The one of two texts that is in this language.
    func choose<Value>(_ english: Value, _ chinese: Value) -> Value { self == .english ? english : chinese }
}

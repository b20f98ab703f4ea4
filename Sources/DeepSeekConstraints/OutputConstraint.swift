import DeepSeekJSON

/// What the text of an answer must be, whatever the model would rather write.
///
/// At each step only those tokens can be chosen after which the text can still be completed. An answer that comes near
/// its limit of tokens is led to its nearest end; if the limit has room for any valid text, the answer is one.
public indirect enum OutputConstraint: Sendable, Hashable {
    /// A JSON object of any members: JSON mode. Keys may repeat, as the JSON standard allows.
    case json
    /// JSON that a schema (draft 2020-12) accepts, its members in the order of `properties`.
    ///
    /// Understood are `type`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `enum`,
    /// `const`, `anyOf`, `$ref` within the document (recursion too), `$defs`, `minimum`, `maximum`, `exclusiveMinimum`,
    /// `exclusiveMaximum`, `multipleOf`, `pattern`, `format` (``StringFormat``), `minLength`, `maxLength`, the schemas
    /// `true` and `false`, and annotations. Anything else is an error that names its JSON pointer: nothing is ignored.
    ///
    /// Strict adds the rules of OpenAI's structured outputs: the root is an object, all properties are required, every
    /// object has `"additionalProperties": false`, every schema says a type (or `enum`, `const`, `anyOf`, `$ref`); at
    /// most 5,000 properties, 10 levels, 1,000 values of enumerations and 120,000 characters of names and values.
    case jsonSchema(JSONValue, strict: Bool)
    /// Text that a regular expression matches from its start to its end.
    ///
    /// Literals, classes, `\d \w \s` and their opposites, `\p{…}`, groups, alternatives, greedy and lazy repetition,
    /// `^` and `$` as the ends of the text, `(?i:…)`. Where libraries disagree about a class, the narrower reading
    /// counts (`\d` is 0 to 9; `\D` excludes the digits of all scripts), so that all of them match the text. Lookaround,
    /// `\b`, back references and possessive repetition are errors.
    case regex(String)
    /// One of these texts.
    case choice([String])
    /// Calls of functions with arguments that their schemas accept.
    case toolCalls(ToolCallConstraint)
}

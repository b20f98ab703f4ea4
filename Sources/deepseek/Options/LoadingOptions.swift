import ArgumentParser
import DeepSeekInference
import DeepSeekModel
import DeepSeekTensors
import Foundation

/// How long a context, beside the model and how it computes.
struct LoadingOptions: ParsableArguments {
    @OptionGroup var model: ModelOptions
    @OptionGroup var compute: ComputeOptions

    @Option(
        help: "Tokens of prompt and answer together; by default what the model and the memory allow, at most 32768.")
    var context: Int?

    @Option(
        help: """
            Draft up to so many tokens from the text so far and verify them in one pass: the same answer, sooner where \
            it repeats its prompt (summaries, edits). 0 for none; 8 is a good start.
            """)
    var speculate = 0

    func validate() throws {
        guard (0...64).contains(speculate) else { throw ValidationError("--speculate must be from 0 to 64") }
        if let context, context < 2 { throw ValidationError("--context must be at least 2") }
    }

    func options(default arithmetic: ArithmeticType? = nil) -> LoadOptions {
        var options = compute.loadOptions(model, default: arithmetic)
        options.contextLength = context
        options.drafts = speculate
        return options
    }

    /// Opens the model, and says what was opened unless a script is reading.
    func load(quiet: Bool, default arithmetic: ArithmeticType? = nil) throws -> LanguageModel {
        let language = try LanguageModel.load(try model.folder(), options: options(default: arithmetic))
        if !quiet {
            let set = language.options.instructionSet?.rawValue ?? ""
            Terminal.note(
                Terminal.dimmed(
                    "\(language.folder): \(Format.bytes(language.weightBytes)) of weights, context "
                        + "\(language.contextLength) (cache \(Format.bytes(language.cacheBytes)), \(language.options.cache?.rawValue ?? "")), \(set), "
                        + "\(language.options.threads ?? ProcessorCount.usable) threads, \(language.options.arithmetic?.rawValue ?? "")"
                ))
            warnIfShort(language)
        }
        return language
    }

    private func warnIfShort(_ language: LanguageModel) {
        guard let available = SystemMemory.available, language.mappedWeightBytes > available else { return }
        Terminal.note(
            "warning: the weights (\(Format.bytes(language.mappedWeightBytes))) do not fit into the available memory "
                + "(\(Format.bytes(available))); they will be read from the disk again and again, which is slow")
    }
}

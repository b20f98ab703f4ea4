import DeepSeekCheckpoints
import DeepSeekJSON
import DeepSeekModel
import DeepSeekTraining
import Foundation
import Testing

struct ContextExtensionTests {
    private static let stage = """
        data: [{path: texts.jsonl}]
        context_extension: {factor: 2, mscale: 0.707}
        sequence: {length: 320}
        batch: {sequences: 2, pass: 2}
        optimizer: {learning_rate: 0.005, warmup_steps: 1}
        """

    /// A model of 256 positions goes on at 320, and what it leaves opens with YaRN as the report has it.
    @Test func goesOnAtLongerSequences() throws {
        let trial = try TrialRun()
        try trial.open(try trial.recipe("base", steps: 4, TrialRun.pretraining)).train { _ in true }
        var losses: [Double] = []
        let recipe = try trial.recipe("long", steps: 8, Self.stage, model: "{from: base/model}")
        try trial.open(recipe, threads: 1).train { record in
            losses.append(record.loss)
            return true
        }
        #expect(losses[7] < losses[0])
        let configuration = try Checkpoint(folder: trial.folder.file("long/model")).configuration
        let model = try ModelConfiguration(configuration)
        #expect(model.maximumPositions == 512)
        guard case .yarn(let yarn) = model.rotary.scaling else {
            Issue.record("no YaRN: \(model.rotary.scaling)")
            return
        }
        #expect(yarn.factor == 2 && yarn.originalPositions == 256 && yarn.mscale == 0.707)
        // Twice is once too often.
        let again = try trial.recipe("longer", steps: 8, Self.stage, model: "{from: long/model}")
        let error = #expect(throws: TrainingError.self) { try trial.open(again) }
        #expect(error?.message.contains("scaled already") == true)
    }

    @Test func transformersParametersStayInTheirPlace() throws {
        let json: JSONValue = [
            "max_position_embeddings": 512, "rope_parameters": ["rope_type": "default", "rope_theta": 10000.0],
        ]
        let extended = try ContextExtension(factor: 8).extended(json, path: "config.json")
        #expect(extended["rope_scaling"] == nil)
        #expect(extended["rope_parameters"]?["rope_type"] == "yarn")
        #expect(extended["rope_parameters"]?["original_max_position_embeddings"] == 512)
        #expect(extended["max_position_embeddings"] == 4_096)
    }

    @Test(arguments: [
        ("model: {config: c}\ntokenizer: t\ncontext_extension: {factor: 2}", "extends the context of a checkpoint"),
        ("model: {from: m}\ncontext_extension: {}", "needs \"factor\""),
        ("model: {from: m}\ncontext_extension: {factor: 0.5}", "it must be from"),
        ("model: {from: m}\ncontext_extension: {factor: 2, mscal: 1}", "unknown key"),
    ])
    func recipesAreChecked(yaml: String, message: String) {
        let error = #expect(throws: TrainingError.self) {
            try TrainingRecipe(yaml: yaml + "\noutput: o\ndata: [{path: d}]\nsteps: 3", path: "/runs/recipe.yaml")
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }
}

import Foundation
import Testing
import deepseek

/// What runs where no model is given.
struct ShippedModelTests {
    @Test func aChatWithoutAModelIsWithTheOneThatShips() throws {
        let result = try DeepSeekProgram.run(
            ["chat", "--quiet", "--temperature", "0", "--threads", "2"], input: "Hello!\n/quit\n")
        #expect(result.isExit && result.status == 0, "\(result.error)")
        #expect(result.output.contains("Hello"), "\(result.output)")
    }

    /// A program that was moved away from everything says where it looked.
    @Test func withoutTheModelAllPlacesAreNamed() throws {
        let folder = try TemporaryFolder()
        let copy = folder.path + "/deepseek"
        try FileManager.default.copyItem(atPath: DeepSeekProgram.path, toPath: copy)
        let result = try Shell.run("cd \"$1\" && ./deepseek generate hello", folder.path)
        #expect(result.isExit && result.status == 1)
        #expect(result.error.contains("no --model was given"), "\(result.error)")
        #expect(result.error.contains(folder.path + "/Models/DeepSeek-V2-Mini"), "\(result.error)")
    }

    @Test func itIsSoughtBesideTheProgramInItsPrefixAndInTheSourceTree() {
        let places = ShippedModel.places(executable: "/opt/x/.build/triple/release/deepseek", current: "/home/me")
        #expect(places.first == "/opt/x/.build/triple/release/Models/DeepSeek-V2-Mini")
        #expect(places.contains("/opt/x/.build/triple/share/deepseek/Models/DeepSeek-V2-Mini"))
        #expect(places.contains("/opt/x/Models/DeepSeek-V2-Mini"))
        #expect(places.last == "/home/me/Models/DeepSeek-V2-Mini")
    }
}

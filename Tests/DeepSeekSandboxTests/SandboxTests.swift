import DeepSeekSandbox
import Foundation
import Testing

struct SandboxTests {
    private func shell(_ script: String, _ limits: SandboxLimits = SandboxLimits()) throws -> SandboxOutcome {
        try Sandbox(limits: limits).run("/bin/sh", ["-c", script], files: ["given.txt": "here\n"])
    }

    @Test func runsInAFolderOfItsOwn() throws {
        let outcome = try shell("cat given.txt; pwd; echo oops >&2; exit 3")
        #expect(outcome.ending == .exited(3))
        #expect(outcome.output.hasPrefix("here\n") && outcome.output.hasSuffix("oops\n"))
        let folder = try #require(outcome.output.split(separator: "\n").dropFirst().first)
        #expect(!FileManager.default.fileExists(atPath: String(folder)))
        #expect(try shell("env | grep -c SECRET").output == "0\n")
    }

    @Test func timeIsLimited() throws {
        let limits = SandboxLimits(seconds: 0.3)
        #expect(try shell("sleep 60", limits).ending == .timedOut)
        #expect(try shell("exec >/dev/null 2>&1; sleep 60", limits).ending == .timedOut)
        // What it leaves behind in its group ends with it.
        #expect(try shell("sleep 60 & exit 0", limits).ending == .exited(0))
    }

    @Test func memoryFilesAndOutputAreLimited() throws {
        let files = try shell("head -c 100000 /dev/zero > big; ls -l big", SandboxLimits(fileBytes: 10_000))
        #expect(!files.output.contains("100000"))
        let output = try shell("head -c 100000 /dev/zero | tr '\\0' x; exit 0", SandboxLimits(outputBytes: 1_000))
        #expect(output.output.utf8.count == 1_000)
        guard let python = Sandbox.path(of: "python3") else { return }
        let memory = try Sandbox(limits: SandboxLimits(memoryBytes: 200 << 20)).run(
            python, ["-c", "x = bytearray(1 << 30); print('got it')"])
        #expect(!memory.succeeded && !memory.output.contains("got it"))
    }

    /// Where the system lets a namespace be made; elsewhere the outcome has to say why not.
    @Test func thereIsNoNetworkOrAReason() throws {
        let outcome = try shell("cat /proc/net/dev 2>/dev/null | grep -c ':'")
        if let reason = try Sandbox.networkReason() {
            #expect(!reason.isEmpty)
        } else {
            // The loopback alone.
            #expect(outcome.output == "1\n")
        }
    }

    @Test func whatIsNotThereIsAnError() {
        let error = #expect(throws: SandboxError.self) { try Sandbox().run("/no/such/program", []) }
        #expect(error?.code == .notFound)
        #expect(error?.message.contains("/no/such/program") == true)
    }
}

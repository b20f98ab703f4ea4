import DeepSeekServer
import Testing

@Suite struct ServerConfigurationTests {
    @Test func anOpenServerStaysOnLoopback() throws {
        var configuration = ServerConfiguration()
        try configuration.validate()
        configuration.host = "0.0.0.0"
        #expect(throws: ServerError.self) { try configuration.validate() }
        configuration.allowedHosts = ["models.example"]
        try configuration.validate()
        configuration.allowedHosts = []
        configuration.database = "platform.sqlite"
        try configuration.validate()
    }

    @Test func valuesAreChecked() {
        func isRefused(_ change: (inout ServerConfiguration) -> Void) -> Bool {
            var configuration = ServerConfiguration()
            change(&configuration)
            return (try? configuration.validate()) == nil
        }
        #expect(isRefused { $0.port = 65_536 })
        #expect(isRefused { $0.corsOrigins = ["chat.example.org"] })
        #expect(isRefused { $0.corsOrigins = ["https://chat.example.org/"] })
        #expect(isRefused { $0.api.keepAlive = .zero })
        #expect(isRefused { $0.api.limits.bodyBytes = 0 })
        #expect(!isRefused { $0.corsOrigins = ["https://chat.example.org"] })
    }

    @Test func modelsAreNamedByTheirFolders() {
        #expect(ServerConfiguration.modelName(folder: "/models/DeepSeek-V2-Lite/") == "DeepSeek-V2-Lite")
        #expect(ServerConfiguration.modelName(folder: "model.gguf") == "model.gguf")
        #expect(ServerConfiguration.modelName(folder: ".") == "default")
    }

    @Test func tlsFilesAreNamedInErrors() throws {
        var configuration = ServerConfiguration()
        configuration.tls = TLSFiles(certificate: "/nowhere/cert.pem", key: "/nowhere/key.pem")
        let server = try InferenceServer(configuration, logger: .init(label: "test"))
        do {
            _ = try server.application()
            Issue.record("a certificate that is not there was taken")
        } catch {
            #expect("\(error)".contains("/nowhere/cert.pem"))
        }
    }
}

// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is built alike: Swift 6 language mode, and a warning stops the build.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let cSettings: [CSetting] = [.treatAllWarnings(as: .error)]

/// A room of the house. All that it imports is in its list: what is missing there is not rebuilt with it. The order of the list below is the order of the layers: a target leans only on those above.
func room(
    _ name: String, leansOn dependencies: [Target.Dependency] = [], resources: [Resource] = []
) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: swiftSettings)
}

func tests(_ name: String, leansOn dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

let collections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioServer: [Target.Dependency] = [
    nioCore,
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]

let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let database = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")

let package = Package(
    name: "swift-deepseek",
    products: [
        .library(name: "DeepSeekServer", targets: ["DeepSeekServer"]),
        .library(name: "DeepSeekInference", targets: ["DeepSeekInference"]),
        .library(name: "DeepSeekQuantization", targets: ["DeepSeekQuantization"]),
        .library(name: "DeepSeekTraining", targets: ["DeepSeekTraining"]),
        .library(name: "DeepSeekModel", targets: ["DeepSeekModel"]),
        .library(name: "DeepSeekConstraints", targets: ["DeepSeekConstraints"]),
        .library(name: "DeepSeekTokenizer", targets: ["DeepSeekTokenizer"]),
        .library(name: "DeepSeekCheckpoints", targets: ["DeepSeekCheckpoints"]),
        .library(name: "DeepSeekHub", targets: ["DeepSeekHub"]),
        .executable(name: "deepseek", targets: ["deepseek"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.0.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0", traits: ["FullFoundation"]),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.5.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        .target(name: "CDeepSeekKernels", cSettings: cSettings),
        .target(name: "CDeepSeekPlatform", cSettings: cSettings),
        room("DeepSeekJSON"),
        room("DeepSeekCharts"),
        room("DeepSeekSandbox", leansOn: ["CDeepSeekPlatform"]),
        room("DeepSeekTensors", leansOn: ["CDeepSeekKernels", "CDeepSeekPlatform"]),
        room("DeepSeekCheckpoints", leansOn: ["DeepSeekTensors", "DeepSeekJSON"]),
        room("DeepSeekHub", leansOn: ["DeepSeekJSON", crypto, httpClient, nioCore]),
        room("DeepSeekTokenizer", leansOn: ["DeepSeekJSON", collections]),
        room("DeepSeekConstraints", leansOn: ["DeepSeekTokenizer", "DeepSeekJSON"]),
        room("DeepSeekModel", leansOn: ["DeepSeekTensors", "DeepSeekCheckpoints", "DeepSeekJSON"]),
        room(
            "DeepSeekQuantization",
            leansOn: ["DeepSeekModel", "DeepSeekTokenizer", "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON"]),
        room(
            "DeepSeekInference",
            leansOn: [
                "DeepSeekModel", "DeepSeekConstraints", "DeepSeekTokenizer", "DeepSeekCheckpoints", "DeepSeekTensors",
                "DeepSeekJSON", crypto,
            ]),
        room("DeepSeekLessons", leansOn: ["DeepSeekInference", "DeepSeekJSON"]),
        room(
            "DeepSeekTraining",
            leansOn: [
                "DeepSeekInference", "DeepSeekSandbox", "DeepSeekModel", "DeepSeekTokenizer", "DeepSeekCheckpoints",
                "DeepSeekTensors", "DeepSeekJSON", yams,
            ]),
        room(
            "DeepSeekBenchmarking",
            leansOn: [
                "DeepSeekTraining", "DeepSeekInference", "DeepSeekConstraints", "DeepSeekModel", "DeepSeekTokenizer",
                "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekCharts", "DeepSeekJSON", httpClient, nioCore,
            ]),
        room(
            "DeepSeekServer",
            leansOn: [
                "DeepSeekInference", "DeepSeekConstraints", "DeepSeekModel", "DeepSeekTokenizer", "DeepSeekCheckpoints",
                "DeepSeekTensors", "DeepSeekCharts", "DeepSeekJSON", crypto, cryptoExtras, hummingbird, hummingbirdCore,
                hummingbirdTLS, httpTypes,
                logging, lifecycle,
                nioCore, nioSSL, yams, database,
            ],
            resources: [.embedInCode("API/OpenAPI/openapi.json"), .embedInCode("Site/Web")]),
        .executableTarget(
            name: "deepseek",
            dependencies: [
                "DeepSeekServer", "DeepSeekTraining", "DeepSeekInference", "DeepSeekConstraints",
                "DeepSeekQuantization", "DeepSeekHub", "DeepSeekBenchmarking", "DeepSeekCharts", "DeepSeekLessons",
                "DeepSeekModel",
                "DeepSeekTokenizer", "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON", arguments, logging,
            ],
            swiftSettings: swiftSettings),
        tests("DeepSeekJSONTests", leansOn: ["DeepSeekJSON"]),
        tests("DeepSeekChartsTests", leansOn: ["DeepSeekCharts"]),
        tests("DeepSeekSandboxTests", leansOn: ["DeepSeekSandbox"]),
        tests("DeepSeekTensorsTests", leansOn: ["DeepSeekTensors"], exclude: ["Elsewhere"]),
        .target(name: "GGUFTestFiles", path: "Tests/GGUFTestFiles", swiftSettings: swiftSettings),
        .target(
            name: "WeightTestSupport",
            dependencies: ["DeepSeekModel", "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON"],
            path: "Tests/WeightTestSupport", swiftSettings: swiftSettings),
        tests(
            "DeepSeekCheckpointsTests",
            leansOn: ["DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON", "GGUFTestFiles"]),
        tests("DeepSeekHubTests", leansOn: ["DeepSeekHub", "DeepSeekJSON", crypto] + nioServer),
        tests(
            "DeepSeekTokenizerTests", leansOn: ["DeepSeekTokenizer", "DeepSeekJSON"],
            exclude: ["ChatTemplate/Templates", "ChatTemplate/render_reference.py"]),
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter", cSettings: cSettings),
        tests(
            "DeepSeekModelTests",
            leansOn: [
                "DeepSeekModel", "DeepSeekQuantization", "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON",
                "DeepSeekBenchmarking", "CAllocationCounter", "GGUFTestFiles", "WeightTestSupport",
            ]),
        tests(
            "DeepSeekQuantizationTests",
            leansOn: [
                "DeepSeekQuantization", "DeepSeekInference", "DeepSeekModel", "DeepSeekTokenizer",
                "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON", "DeepSeekBenchmarking", "GGUFTestFiles",
                "WeightTestSupport",
            ]),
        .target(
            name: "ConstraintSamples", dependencies: ["DeepSeekConstraints", "DeepSeekTokenizer", "DeepSeekJSON"],
            path: "Tests/ConstraintSamples", swiftSettings: swiftSettings),
        tests(
            "DeepSeekConstraintsTests",
            leansOn: [
                "ConstraintSamples", "DeepSeekConstraints", "DeepSeekTokenizer", "DeepSeekJSON", "CAllocationCounter",
            ]),
        tests(
            "DeepSeekInferenceTests",
            leansOn: [
                "ConstraintSamples", "DeepSeekInference", "DeepSeekQuantization", "DeepSeekConstraints",
                "DeepSeekBenchmarking", "DeepSeekModel", "DeepSeekTokenizer", "DeepSeekCheckpoints", "DeepSeekTensors",
                "DeepSeekJSON", "CAllocationCounter",
            ]),
        tests(
            "DeepSeekServerTests",
            leansOn: [
                "DeepSeekServer", "DeepSeekInference", "DeepSeekConstraints", "DeepSeekModel", "DeepSeekTokenizer",
                "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON", "DeepSeekBenchmarking", hummingbird,
                hummingbirdTesting, httpTypes, logging, lifecycle, nioCore, database,
            ],
            exclude: ["Site/chat_site.py"]),
        tests(
            "DeepSeekBenchmarkingTests",
            leansOn: [
                "DeepSeekBenchmarking", "DeepSeekInference", "DeepSeekTokenizer", "DeepSeekCharts", "DeepSeekJSON",
                hummingbird, hummingbirdTesting, nioCore,
            ]),
        tests(
            "DeepSeekTrainingTests",
            leansOn: [
                "DeepSeekTraining", "DeepSeekInference", "DeepSeekSandbox", "DeepSeekModel", "DeepSeekTokenizer",
                "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekJSON",
            ]),
        tests("DeepSeekLessonsTests", leansOn: ["DeepSeekLessons", "DeepSeekInference", "DeepSeekJSON"]),
        tests(
            "CommandLineTests",
            leansOn: [
                "deepseek", "DeepSeekQuantization", "DeepSeekCheckpoints", "DeepSeekBenchmarking", "DeepSeekJSON",
                "GGUFTestFiles",
            ],
            exclude: ["Serve/get.py", "Serve/killed_client.py", "Serve/openai_client.py"]),
        tests(
            "FuzzTests",
            leansOn: [
                "DeepSeekJSON", "DeepSeekCheckpoints", "DeepSeekTensors", "DeepSeekTokenizer", "DeepSeekConstraints",
                "DeepSeekModel", "DeepSeekQuantization", "DeepSeekBenchmarking", "GGUFTestFiles", "ConstraintSamples",
            ]),
    ]
)

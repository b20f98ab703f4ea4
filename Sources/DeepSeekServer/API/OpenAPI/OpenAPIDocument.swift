import DeepSeekJSON
import Hummingbird

/// `GET /openapi.json`: the description of the API, with the names of the model that is served.
package struct OpenAPIDocument: Sendable {
    /// OpenAPI 3.1, as it lies in the package.
    package static let json = String(decoding: PackageResources.openapi_json, as: UTF8.self)

    let service: APIService

    func respond(_ request: Request, _ context: APIContext) throws -> Response {
        guard let model = service.host.model else { return .text(Self.json, type: "application/json") }
        let names = [model.id] + model.aliases.sorted()
        return .json(Self.naming(names, in: try JSONValue(parsing: Self.json)))
    }

    private static func naming(_ names: [String], in document: JSONValue) -> JSONValue {
        func replacing(_ path: ArraySlice<String>, in value: JSONValue) -> JSONValue {
            guard let key = path.first, case .object(var members) = value else {
                return .array(names.map { .string($0) })
            }
            members[key] = replacing(path.dropFirst(), in: members[key] ?? .null)
            return .object(members)
        }
        return replacing(["components", "schemas", "ModelName", "enum"], in: document)
    }
}

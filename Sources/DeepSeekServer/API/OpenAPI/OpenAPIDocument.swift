import Hummingbird

/// `GET /openapi.json`: the description of the API.
package enum OpenAPIDocument {
    /// OpenAPI 3.1, as it lies in the package.
    package static let json = String(decoding: PackageResources.openapi_json, as: UTF8.self)

    @Sendable static func respond(_ request: Request, _ context: APIContext) -> Response {
        .text(json, type: "application/json")
    }
}

import DeepSeekJSON
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads bodies as JSON objects, within limits.
enum JSONBody {
    /// - Throws: ``APIError`` `unsupportedMediaType`, `bodyTooLarge`, `requestTimeout`, `invalidJSON` or `invalidType`.
    static func read(_ request: Request, limits: RequestLimits) async throws -> RequestFields {
        try checkHeaders(request, limits)
        let buffer = try await collect(request.body, limits)
        guard buffer.readableBytes > 0 else {
            throw APIError(.invalidJSON, "the body is empty; it must be a JSON object")
        }
        let value: JSONValue
        do {
            value = try buffer.withUnsafeReadableBytes { bytes throws(JSONError) in
                try JSONParser.parse(bytes, maximumValues: limits.jsonValues)
            }
        } catch {
            throw APIError(.invalidJSON, "the body is not JSON: \(error)")
        }
        guard let members = value.object else {
            throw APIError(.invalidType, "the body must be a JSON object, and is \(value.kind)")
        }
        return RequestFields(members)
    }

    private static func checkHeaders(_ request: Request, _ limits: RequestLimits) throws {
        if let type = request.headers[.contentType] {
            let kind = type.prefix { $0 != ";" }.trimmingSuffix(while: \.isWhitespace).lowercased()
            guard kind == "application/json" else {
                throw APIError(.unsupportedMediaType, "the body must be application/json, and is \(kind.prefix(100))")
            }
        }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError(.unsupportedMediaType, "the body must not be compressed, and is \(encoding.prefix(100))")
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.bodyBytes {
            throw tooLarge(limits)
        }
    }

    private static func collect(_ body: RequestBody, _ limits: RequestLimits) async throws -> ByteBuffer {
        try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask {
                do {
                    return try await body.collect(upTo: limits.bodyBytes)
                } catch is NIOTooManyBytesError {
                    throw tooLarge(limits)
                }
            }
            group.addTask {
                try await Task.sleep(for: limits.bodyTime)
                throw APIError(.requestTimeout, "the body did not arrive within \(limits.bodyTime)")
            }
            defer { group.cancelAll() }
            guard let buffer = try await group.next() else { throw CancellationError() }
            return buffer
        }
    }

    private static func tooLarge(_ limits: RequestLimits) -> APIError {
        APIError(.bodyTooLarge, "the body is larger than the \(limits.bodyBytes) bytes that are allowed")
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var result = self
        while let last = result.last, predicate(last) { result.removeLast() }
        return result
    }
}

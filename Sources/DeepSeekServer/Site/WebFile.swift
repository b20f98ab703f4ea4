import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A file of the chat site, as it lies in the program.
struct WebFile: Sendable {
    private let bytes: ByteBuffer
    private let type: String
    /// So that a browser asks for a file again only when it has changed.
    private let tag: String

    init(_ bytes: [UInt8], type: String) {
        self.bytes = ByteBuffer(bytes: bytes)
        self.type = type
        let digest = SHA256.hash(data: bytes).prefix(12).map { String($0, radix: 16) }.joined()
        tag = "\"\(digest)\""
    }

    /// Scripts and styles from here alone, no forms or frames of others, no other host for anything.
    static let contentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    func response(to request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: type, .eTag: tag, .cacheControl: "no-cache", .contentSecurityPolicy: Self.contentPolicy,
        ]
        headers[Self.referrerPolicy] = "no-referrer"
        headers[Self.openerPolicy] = "same-origin"
        guard request.headers[.ifNoneMatch] != tag else { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    private static let referrerPolicy = Self.name("referrer-policy")
    private static let openerPolicy = Self.name("cross-origin-opener-policy")

    private static func name(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a constant of this file is no field's name") }
        return name
    }

    private static let page = "text/html; charset=utf-8"
    private static let script = "text/javascript; charset=utf-8"

    /// By path. There is no other way to a file, so no path leads out of it.
    static let all: [(path: String, file: WebFile)] = [
        ("/", WebFile(PackageResources.index_html, type: page)),
        ("/account", WebFile(PackageResources.account_html, type: page)),
        ("/site/account.js", WebFile(PackageResources.account_js, type: script)),
        ("/site/api.js", WebFile(PackageResources.api_js, type: script)),
        ("/site/app.js", WebFile(PackageResources.app_js, type: script)),
        ("/site/conversation.js", WebFile(PackageResources.conversation_js, type: script)),
        ("/site/dom.js", WebFile(PackageResources.dom_js, type: script)),
        ("/site/i18n.js", WebFile(PackageResources.i18n_js, type: script)),
        ("/site/markdown.js", WebFile(PackageResources.markdown_js, type: script)),
        ("/site/mathml.js", WebFile(PackageResources.mathml_js, type: script)),
        ("/site/store.js", WebFile(PackageResources.store_js, type: script)),
        ("/site/transcript.js", WebFile(PackageResources.transcript_js, type: script)),
        ("/site/style.css", WebFile(PackageResources.style_css, type: "text/css; charset=utf-8")),
        ("/site/icon.svg", WebFile(PackageResources.icon_svg, type: "image/svg+xml")),
    ]
}

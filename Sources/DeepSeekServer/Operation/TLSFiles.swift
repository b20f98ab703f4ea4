import NIOSSL

/// Where the certificate and its key lie, in PEM form.
package struct TLSFiles: Sendable, Hashable {
    /// The chain, the server's own first.
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// - Throws: ``ServerError`` that names the file at fault.
    func configuration() throws(ServerError) -> TLSConfiguration {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw ServerError("\(certificate): not a certificate in PEM form that can be read (\(error))")
        }
        do {
            let key = try NIOSSLPrivateKey(file: key, format: .pem)
            return .makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
        } catch {
            throw ServerError("\(key): not a private key in PEM form that can be read (\(error))")
        }
    }
}

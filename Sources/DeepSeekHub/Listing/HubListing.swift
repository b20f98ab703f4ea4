import DeepSeekJSON

/// The commit that a revision means, and its files: the answer of `/api/models/OWNER/NAME/revision/REV?blobs=true`.
package struct HubListing: Sendable {
    package let commit: String
    package let files: [HubFile]

    /// - Throws: ``HubError`` with `badResponse` for what is no listing, `badName` for a file name that is a trap.
    package init(parsing bytes: some Sequence<UInt8>, place: String) throws(HubError) {
        func wrong(_ message: String) -> HubError {
            HubError(.badResponse, place, "\(message); check that HF_ENDPOINT is the address of a Hub")
        }
        let answer: JSONValue
        do {
            answer = try Array(bytes).withUnsafeBytes { try JSONValue(parsing: $0) }
        } catch {
            throw wrong("the list of files is not JSON (\(error))")
        }
        guard let commit = answer["sha"]?.string, ModelIdentifier.isCommit(commit) else {
            throw wrong("the list of files names no commit (\"sha\")")
        }
        guard let siblings = answer["siblings"]?.array else {
            throw wrong("the list of files is absent (\"siblings\")")
        }

        var files: [HubFile] = []
        var names = Set<String>()
        for sibling in siblings {
            guard let name = sibling["rfilename"]?.string else { throw wrong("a file has no name (\"rfilename\")") }
            guard let (size, digest) = Self.promise(of: sibling) else {
                throw wrong("\(name.debugDescription) has no usable size and digest (\"size\", \"blobId\", \"lfs\")")
            }
            guard names.insert(name).inserted else { throw wrong("\(name.debugDescription) is listed twice") }
            files.append(try HubFile(name: name, size: size, digest: digest))
        }
        self.commit = commit
        self.files = files
    }

    /// Of a large file (`lfs`), `blobId` is the digest of the pointer that git stores in its stead.
    private static func promise(of sibling: JSONValue) -> (size: Int, digest: BlobDigest)? {
        let large = sibling["lfs"].flatMap { $0.isNull ? nil : $0 }
        guard let size = (large?["size"] ?? sibling["size"])?.integer, size >= 0 else { return nil }
        if let large {
            guard let text = large["sha256"]?.string, ModelIdentifier.isHexadecimal(text, digits: 64) else {
                return nil
            }
            return (size, .sha256(text))
        }
        guard let text = sibling["blobId"]?.string, ModelIdentifier.isHexadecimal(text, digits: 40) else { return nil }
        return (size, .gitSHA1(text))
    }
}

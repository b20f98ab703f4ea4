/// The files of a model: one, or the parts of a split one, `NAME-00001-of-0000N.gguf`.
enum GGUFSplit {
    static let suffix = ".gguf"

    /// Opens the model that a file is, or is any part of; the first part, which holds the metadata, comes first.
    static func open(path: String) throws(CheckpointError) -> [GGUFFile] {
        let file = try GGUFFile(path: path)
        guard let count = try file.integer("split.count"), count > 1 else { return [file] }
        guard let stem = stem(of: path, count: count) else {
            throw file.error(
                .unsupportedFormat,
                "this is one of \(count) parts, and its name does not end in -00001-of-\(fiveDigits(count)).gguf; give the "
                    + "parts the names they were published under")
        }
        var files: [GGUFFile] = []
        for index in 0..<count {
            let part = self.path(stem, part: index, of: count)
            guard FileSystem.exists(part) else {
                throw CheckpointError(.fileNotFound, path: part, "this part of the model is missing; download it")
            }
            let opened = part == path ? file : try GGUFFile(path: part)
            guard try opened.integer("split.no") == index, try opened.integer("split.count") == count else {
                throw opened.error(
                    .malformed, "this should be part \(index + 1) of \(count), and its metadata says otherwise")
            }
            files.append(opened)
        }
        let total = files.reduce(0) { $0 + $1.header.tensors.count }
        if let announced = try files.first?.integer("split.tensors.count"), announced != total {
            throw file.error(
                .missingTensor, "the parts together hold \(total) tensors, and \(announced) are announced")
        }
        return files
    }

    /// The file with the metadata of the model that a file is, or is any part of.
    static func head(path: String) throws(CheckpointError) -> GGUFFile {
        let files = try open(path: path)
        guard let head = files.first else { throw CheckpointError(.fileNotFound, path: path, "there is no model") }
        return head
    }

    /// The one model in a folder; nil if it holds none.
    static func find(in folder: String) throws(CheckpointError) -> String? {
        let names = FileSystem.fileNames(in: folder).filter { $0.hasSuffix(suffix) }.sorted()
        let models = names.filter { name in
            guard let part = part(of: name) else { return true }
            return part.index == 0
        }
        guard models.count <= 1 else {
            throw CheckpointError(
                .unsupportedFormat, path: folder,
                "the folder holds \(models.count) GGUF models; name one of them, such as \(models[0])")
        }
        return (models.first ?? names.first).map { FileSystem.join(folder, $0) }
    }

    private static func stem(of path: String, count: Int) -> String? {
        guard let part = part(of: path), part.count == count else { return nil }
        return String(part.stem)
    }

    private static func path(_ stem: String, part: Int, of count: Int) -> String {
        "\(stem)-\(fiveDigits(part + 1))-of-\(fiveDigits(count))\(suffix)"
    }

    /// What `-00001-of-00003.gguf` says; nil for a name that ends otherwise.
    private static func part(of name: String) -> (stem: Substring, index: Int, count: Int)? {
        let ending = "-00001-of-00001.gguf".count
        guard name.hasSuffix(suffix), name.count > ending else { return nil }
        let tail = name.suffix(ending).dropLast(suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard tail.count == 4, tail[2] == "of", tail[1].count == 5, tail[3].count == 5, let number = Int(tail[1]),
            let count = Int(tail[3]), number >= 1, number <= count
        else { return nil }
        return (name.dropLast(ending), number - 1, count)
    }

    private static func fiveDigits(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}

import DeepSeekJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The hidden folder beside a model's in which finished shards wait for the others, so that a run that was cut off can
/// go on.
///
/// Nothing opens it as a model, since it holds no `config.json`. It belongs to one process at a time.
final class PartialFolder {
    /// What an earlier run left.
    enum Found {
        case nothing
        /// Files made by the same plan.
        case samePlan
        /// Files made by another plan; they are gone now.
        case otherPlan
    }

    let path: String
    let found: Found
    /// Holds the lock.
    private let descriptor: Int32

    private static let planName = "plan.json"

    /// - Parameter plan: whatever the bytes of the files depend on. Files that another plan made are removed.
    /// - Throws: `writeFailed`, also when another process is writing the same model.
    init(of folder: String, plan: JSONValue) throws(CheckpointError) {
        let (parent, name) = FileSystem.split(folder)
        path = FileSystem.join(parent, ".\(name).partial")
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else {
            throw FileSystem.writeError(folder, "cannot be created")
        }
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.writeError(path, "cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isTaken = errno == EWOULDBLOCK
            let error = FileSystem.writeError(path, "cannot be locked")
            close(descriptor)
            throw isTaken
                ? CheckpointError(.writeFailed, path: folder, "another process is writing this folder; wait for it")
                : error
        }
        let planPath = FileSystem.join(path, Self.planName)
        if let earlier = try? Checkpoint.readJSON(path: planPath), earlier == plan {
            found = .samePlan
            Self.removeFiles(in: path) { $0.hasPrefix(".") }
        } else {
            found = FileSystem.isFilledFolder(path) ? .otherPlan : .nothing
            Self.removeFiles(in: path) { _ in true }
        }
        guard found != .samePlan else { return }
        do { try Self.write(plan, to: planPath) } catch {
            discard()
            throw error
        }
    }

    deinit { close(descriptor) }

    /// Takes the plan away: the folder is a model's now.
    func complete() { unlink(FileSystem.join(path, Self.planName)) }

    /// Removes the folder with what is in it.
    func discard() {
        Self.removeFiles(in: path) { _ in true }
        rmdir(path)
    }

    private static func write(_ plan: JSONValue, to path: String) throws(CheckpointError) {
        try AtomicFile.write(Array(plan.serialized().utf8), to: path)
    }

    private static func removeFiles(in folder: String, where isRemoved: (String) -> Bool) {
        for name in FileSystem.fileNames(in: folder) where isRemoved(name) { unlink(FileSystem.join(folder, name)) }
    }
}

import Foundation

/// The program at a terminal: a test types, and reads the screen.
///
/// Everything waits for a text to show; the time after which a test gives up is generous, and no test asks how long
/// something took.
final class PseudoTerminal {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let patience: Int32 = 120_000  // milliseconds
    private static let columns: UInt16 = 60

    /// POSIX_SPAWN_SETSID, which C hides behind a macro on Linux.
    #if canImport(Darwin)
        private static let newSession: Int16 = 0x400
    #else
        private static let newSession: Int16 = 0x80
    #endif

    private let master: Int32
    private var process: pid_t = 0
    private var unread: [UInt8] = []
    /// All that came, for failures.
    private var screen: [UInt8] = []

    /// Starts the program with the terminal as the controlling one of a session of its own, so that Ctrl-C reaches it.
    init(_ arguments: [String]) throws {
        var (master, slave): (Int32, Int32) = (-1, -1)
        var name = [CChar](repeating: 0, count: 128)
        var size = winsize(ws_row: 24, ws_col: Self.columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&master, &slave, &name, nil, &size) == 0 else {
            throw Failure(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        self.master = master
        // Neither other tests' programs nor this one may hold the terminal open.
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        defer { close(slave) }
        _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
        let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        process = try Self.spawn([DeepSeekProgram.path] + arguments, terminal: path)
    }

    deinit {
        if process > 0 {
            kill(process, SIGKILL)
            waitpid(process, nil, 0)
        }
        close(master)
    }

    private static func spawn(_ arguments: [String], terminal: String) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // The first terminal that the leader of a session opens becomes its controlling one.
        posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        // The thread that runs a test may block signals, and the program would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK))

        var environment = DeepSeekProgram.environment
        environment["TERM"] = "xterm"
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, arguments[0], &actions, &attributes, &argv, &envp)
        guard code == 0 else { throw Failure(description: "\(arguments[0]): \(String(cString: strerror(code)))") }
        return process
    }

    // MARK: Typing and reading

    func type(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { throw failure("cannot be typed at") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until the text shows, and goes on after it.
    ///
    /// - Returns: what came before it.
    @discardableResult
    func wait(for text: String) throws -> String {
        let wanted = Array(text.utf8)
        while true {
            if let range = unread.firstRange(of: wanted) {
                defer { unread.removeSubrange(..<range.upperBound) }
                return String(decoding: unread[..<range.lowerBound], as: UTF8.self)
            }
            guard try readMore() else { throw failure("ended before \"\(text)\" showed") }
        }
    }

    /// Reads until the program has ended.
    ///
    /// - Returns: its exit code.
    func waitForExit() throws -> Int32 {
        while try readMore() {}
        var status: Int32 = 0
        waitpid(process, &status, 0)
        process = 0
        guard status & 0x7F == 0 else { throw failure("was ended by signal \(status & 0x7F)") }
        return status >> 8 & 0xFF
    }

    /// Whether the terminal echoes and collects lines, as a shell wants it.
    var isAsBefore: Bool {
        var settings = termios()
        guard tcgetattr(master, &settings) == 0 else { return false }
        let wanted = tcflag_t(ECHO | ICANON | ISIG)
        return settings.c_lflag & wanted == wanted
    }

    /// False at the end: the other side of the terminal is closed.
    private func readMore() throws -> Bool {
        var descriptor = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptor, 1, Self.patience) > 0 else { throw failure("shows nothing more") }
        var buffer = [UInt8](repeating: 0, count: 4_096)
        let count = read(master, &buffer, buffer.count)
        guard count > 0 else { return false }
        unread += buffer[..<count]
        screen += buffer[..<count]
        return true
    }

    private func failure(_ what: String) -> Failure {
        Failure(description: "the program \(what); the screen:\n\(String(decoding: screen, as: UTF8.self))")
    }
}

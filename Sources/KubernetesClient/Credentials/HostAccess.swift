import Glibc

/// What credentials need of the machine: files, the environment, programs and the date. Tests have their own.
public struct HostAccess: Sendable {
  /// The content of a regular file.
  public var readFile: @Sendable (_ path: String) throws(HostError) -> [UInt8]
  /// An environment variable; nil when it isn't set.
  public var environment: @Sendable (_ name: String) -> String?
  /// Runs a program to its end and returns its standard output.
  public var run: @Sendable (_ command: PluginCommand) async throws(HostError) -> [UInt8]
  /// Nanoseconds since 1970.
  public var now: @Sendable () -> Int64

  public init(
    readFile: @escaping @Sendable (String) throws(HostError) -> [UInt8],
    environment: @escaping @Sendable (String) -> String?,
    run: @escaping @Sendable (PluginCommand) async throws(HostError) -> [UInt8],
    now: @escaping @Sendable () -> Int64
  ) {
    self.readFile = readFile
    self.environment = environment
    self.run = run
    self.now = now
  }

  /// The machine that this process runs on.
  public static let live = HostAccess(
    readFile: CredentialFile.read,
    environment: { name in getenv(name).map { String(cString: $0) } },
    run: { command async throws(HostError) in try await PluginRunner().run(command) },
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    })
}

/// A program to be run for credentials.
public struct PluginCommand: Sendable, Hashable {
  /// Searched in PATH unless it contains a slash.
  public var program: String
  public var arguments: [String]
  /// Added to this process's environment.
  public var environment: [String: String]

  public init(program: String, arguments: [String] = [], environment: [String: String] = [:]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }
}

/// What the machine could not do, in words without the file's or program's name.
public struct HostError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Whether the file or the program isn't there.
  public var isMissing: Bool
  public var message: String

  public init(isMissing: Bool = false, _ message: String) {
    self.isMissing = isMissing
    self.message = message
  }

  public var description: String { message }
}

/// Reads the small files that credentials are.
enum CredentialFile {
  /// Bytes. A token has a few thousand, a bundle of authorities a few hundred thousand.
  static let maximumSize = 4 << 20

  static func read(_ path: String) throws(HostError) -> [UInt8] {
    // Without O_NONBLOCK, a FIFO would hang the reader.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw HostError("not a regular file") }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      bytes += chunk.prefix(count)
      guard bytes.count <= maximumSize else { throw HostError("larger than \(maximumSize >> 20) MiB") }
    }
  }

  private static func failure() -> HostError {
    let code = errno
    return HostError(isMissing: code == ENOENT, String(cString: strerror(code)))
  }
}
